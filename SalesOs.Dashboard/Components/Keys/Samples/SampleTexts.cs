namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>Names the resource of the programs that send a first request.</summary>
public sealed class SampleTexts;
