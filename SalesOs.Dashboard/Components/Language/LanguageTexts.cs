namespace SalesOs.Dashboard.Components.Language;

/// <summary>Names the resource of times and dates.</summary>
public sealed class LanguageTexts;
