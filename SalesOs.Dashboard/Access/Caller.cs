namespace SalesOs.Dashboard.Access;

public enum CallerKind
{
    /// <summary>A person of a tenant, by browser or by token.</summary>
    User,

    /// <summary>The platform's own programs (<c>service_role</c>): every capability, in the tenant that they name.</summary>
    Service,

    /// <summary>An address that several people read: it owns keys and asks for nothing.</summary>
    Team,
}

/// <summary>
/// Who asks for something, in which tenant, and from where. Domain services take one with every call and check it before anything else.
/// </summary>
/// <param name="Subject">The provider's <c>sub</c>; for a service key <c>service:</c> and the first 12 hex digits of its hash.</param>
/// <param name="TenantId">1–64 of <c>A-Za-z0-9_-</c>.</param>
/// <param name="Roles">As the provider named them; shown to people who lack a capability.</param>
public sealed record Caller(
    CallerKind Kind,
    string Subject,
    string TenantId,
    string? TenantName,
    string? Name,
    string? Email,
    IReadOnlyList<string> Roles,
    IReadOnlySet<string> Capabilities)
{
    /// <summary>The address that the request or the circuit came from, as text.</summary>
    public string? Address { get; init; }

    public string? Agent { get; init; }

    /// <summary>The id of the HTTP request, or of the circuit's action.</summary>
    public string? RequestId { get; init; }

    /// <summary>Why another person should consent, where the act needs that; at most 200 characters.</summary>
    public string? ApprovalReason { get; init; }

    public string DisplayName => Name ?? Email ?? Subject;

    public bool Can(string capability) => Capabilities.Contains(capability);

    public bool CanManageKeys => Can(Access.Capabilities.AdminIntegrations);

    /// <summary>Managing includes seeing.</summary>
    public bool CanSeeKeys => CanManageKeys || Can(Access.Capabilities.AuditIntegrations);
}
