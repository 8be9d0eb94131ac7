namespace SalesOs.Dashboard.Components.KeyDetail.AlsoTell;

/// <summary>Names the resource of who is also told of one key.</summary>
public sealed class AlsoTellTexts;
