namespace SalesOs.Dashboard.Components.Key;

/// <summary>Names the resource of a key's page.</summary>
public sealed class KeyTexts;
