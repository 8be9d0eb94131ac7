namespace SalesOs.Dashboard.Components.Frame;

/// <summary>Names the resource of the frame around the pages.</summary>
public sealed class FrameTexts;
