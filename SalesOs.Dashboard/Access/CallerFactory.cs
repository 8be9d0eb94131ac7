using System.Security.Claims;

namespace SalesOs.Dashboard.Access;

/// <summary>What the provider calls the claims that matter here; each may be a path (<see cref="ClaimPath"/>).</summary>
public sealed record ClaimNames(string Tenant, string TenantName, string Roles);

/// <summary>The tenants that a request names, not yet judged.</summary>
/// <param name="Header">Every value of <c>X-Tenant-Id</c>; empty when it was not sent.</param>
/// <param name="Body"><c>tenant_id</c> in the body; null when it has none.</param>
public sealed record NamedTenants(IReadOnlyList<string> Header, string? Body = null)
{
    public static NamedTenants None { get; } = new([]);
}

/// <summary>How a proven identity becomes a <see cref="Caller"/> of one tenant.</summary>
public sealed class CallerFactory(ClaimNames claims, RoleMapping roles)
{
    /// <summary>
    /// The authentication type that marks the platform's identity. It is set by the program alone: nothing in a token can bring it about, whatever its <c>sub</c>.
    /// </summary>
    public const string ServiceAuthenticationType = "service-key";

    public const string ServiceName = "service_role";

    /// <summary>
    /// The caller of a management request. A person with one tenant acts there whatever the request names; with several the header chooses;
    /// the platform must name one, by header or body.
    /// </summary>
    public CallerAnswer Create(ClaimsPrincipal principal, NamedTenants named)
    {
        if (SubjectOf(principal) is not { } subject)
        {
            return AccessDeniedReason.Unproven;
        }

        if (IsService(principal))
        {
            return One(named.Body is null ? named.Header : [.. named.Header, named.Body], out var tenant) is { } error
                ? error
                : new Caller(CallerKind.Service, subject, tenant, TenantName: null, ServiceName, Email: null, [ServiceName], Capabilities.All);
        }

        var own = TenantsOf(principal);
        switch (own.Count)
        {
            case 0:
                return AccessDeniedReason.NoTenant;
            case 1:
                return Person(principal, subject, own[0]);
            default:
                if (One(named.Header, out var chosen) is { } error)
                {
                    return error;
                }

                return own.FirstOrDefault(t => t.Id == chosen) is { } tenant ? Person(principal, subject, tenant) : AccessDeniedReason.TenantNotOwn;
        }
    }

    /// <summary>The caller of a browser's session in the tenant that it acts in; a person of one tenant need not have chosen it.</summary>
    public CallerAnswer CreateForSession(ClaimsPrincipal principal, string? tenant = null)
    {
        if (SubjectOf(principal) is not { } subject || IsService(principal))
        {
            return AccessDeniedReason.Unproven;
        }

        var own = TenantsOf(principal);
        return own switch
        {
            [] => AccessDeniedReason.NoTenant,
            [var only] when tenant is null => Person(principal, subject, only),
            _ when tenant is null => AccessDeniedReason.TenantNotNamed,
            _ => own.FirstOrDefault(t => t.Id == tenant) is { } chosen ? Person(principal, subject, chosen) : AccessDeniedReason.TenantNotOwn,
        };
    }

    /// <summary>The tenants of a person's token, in its order. Names stand beside ids when there are as many; an id of the wrong shape is left out.</summary>
    public IReadOnlyList<OwnTenant> TenantsOf(ClaimsPrincipal principal)
    {
        var ids = ClaimPath.Values(principal, claims.Tenant);
        var names = ClaimPath.Values(principal, claims.TenantName);
        return [.. ids
            .Select((id, at) => new OwnTenant(id, names.Count == ids.Count ? names[at] : null))
            .Where(t => TenantIds.IsValid(t.Id))
            .DistinctBy(t => t.Id, StringComparer.Ordinal)];
    }

    private static string? SubjectOf(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true } && principal.FindFirst("sub")?.Value is { Length: > 0 } subject ? subject : null;

    private static bool IsService(ClaimsPrincipal principal) => principal.Identity?.AuthenticationType == ServiceAuthenticationType;

    private static AccessDeniedReason? One(IReadOnlyList<string> named, out string tenant)
    {
        tenant = named.Count == 0 ? "" : named[0];
        if (named.Count == 0)
        {
            return AccessDeniedReason.TenantNotNamed;
        }

        if (!named.All(TenantIds.IsValid))
        {
            return AccessDeniedReason.TenantMalformed;
        }

        return named.All(n => n == named[0]) ? null : AccessDeniedReason.TenantsDiffer;
    }

    private Caller Person(ClaimsPrincipal principal, string subject, OwnTenant tenant)
    {
        IReadOnlyList<string> held = [.. ClaimPath.Values(principal, claims.Roles).Distinct(StringComparer.Ordinal)];
        return new Caller(
            CallerKind.User,
            subject,
            tenant.Id,
            tenant.Name,
            principal.FindFirst("name")?.Value,
            principal.FindFirst("email")?.Value,
            held,
            roles.CapabilitiesOf(held));
    }
}

/// <summary>A tenant that a person's token names.</summary>
public sealed record OwnTenant(string Id, string? Name);
