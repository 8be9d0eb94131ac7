namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>Names the resource of the audit log's page.</summary>
public sealed class AuditTexts;
