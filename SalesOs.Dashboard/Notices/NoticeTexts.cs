namespace SalesOs.Dashboard.Notices;

/// <summary>Names the resource of what notices say.</summary>
public sealed class NoticeTexts;
