namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Names the resource of the page of notices and of the bell.</summary>
public sealed class NoticesTexts;
