namespace SalesOs.Dashboard.Components.Keys.Unsaved;

/// <summary>The words on keys whose values nobody saved.</summary>
public sealed class UnsavedTexts;
