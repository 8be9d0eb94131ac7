namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Names the resource of a key's page.</summary>
public sealed class KeyTexts;
