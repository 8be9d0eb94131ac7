namespace SalesOs.Dashboard.Notices;

/// <summary>Names the resource of what a notice says, by whatever it is sent.</summary>
public sealed class SentTexts;
