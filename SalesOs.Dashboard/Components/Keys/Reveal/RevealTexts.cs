namespace SalesOs.Dashboard.Components.Keys.Reveal;

/// <summary>Names the resource of the one-time reveal.</summary>
public sealed class RevealTexts;
