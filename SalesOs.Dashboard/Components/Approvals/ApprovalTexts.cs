namespace SalesOs.Dashboard.Components.Approvals;

/// <summary>Names the resource of the words of the page of approvals.</summary>
public sealed class ApprovalTexts;
