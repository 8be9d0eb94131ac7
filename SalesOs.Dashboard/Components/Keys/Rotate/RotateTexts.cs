namespace SalesOs.Dashboard.Components.Keys.Rotate;

/// <summary>Names the resource of the words on a successor's life.</summary>
public sealed class RotateTexts;
