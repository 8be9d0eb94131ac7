namespace SalesOs.Dashboard.Components.KeyList.More;

/// <summary>Names the resource of the words on the filters for a review.</summary>
public sealed class MoreTexts;
