namespace SalesOs.Dashboard.Access;

/// <summary>What a person may do here. Roles are mapped to these by the <c>Roles</c> settings.</summary>
public static class Capabilities
{
    /// <summary>Create, edit, revoke and delete API keys; includes seeing them.</summary>
    public const string AdminIntegrations = "admin.integrations";

    /// <summary>See API keys, their usage and the audit log; change nothing.</summary>
    public const string AuditIntegrations = "audit.integrations";

    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.Ordinal) { AdminIntegrations, AuditIntegrations };
}
