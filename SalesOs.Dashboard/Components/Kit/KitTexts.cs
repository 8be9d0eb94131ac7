namespace SalesOs.Dashboard.Components.Kit;

/// <summary>Names the resource of what every feature builds with.</summary>
public sealed class KitTexts;
