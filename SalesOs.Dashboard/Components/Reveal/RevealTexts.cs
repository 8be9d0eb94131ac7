namespace SalesOs.Dashboard.Components.Reveal;

/// <summary>Names the resource of the one-time reveal.</summary>
public sealed class RevealTexts;
