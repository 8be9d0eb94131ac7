namespace SalesOs.Dashboard.Components.Guide;

/// <summary>Names the resource of what stands around the guide's own text.</summary>
public sealed class GuideTexts;
