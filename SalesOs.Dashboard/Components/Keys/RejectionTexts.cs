namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Names the resource of why requests are refused and what to do about it.</summary>
public sealed class RejectionTexts;
