namespace SalesOs.Dashboard.Components.Sandbox;

/// <summary>Names the resource of the sandbox.</summary>
public sealed class SandboxTexts;
