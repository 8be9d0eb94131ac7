namespace SalesOs.Dashboard.Components.Keys.Policies;

/// <summary>Names the resource of the words on what a tenant demands of its keys.</summary>
public sealed class PolicyTexts;
