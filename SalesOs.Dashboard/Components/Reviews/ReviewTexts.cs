namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>Names the resource of the pages of reviews.</summary>
public sealed class ReviewTexts;
