using System.Diagnostics.CodeAnalysis;

namespace SalesOs.Dashboard.Access;

/// <summary>Why a proven identity is not a caller in any tenant; a closed list, mapped to a status where it is answered.</summary>
public enum AccessDeniedReason
{
    /// <summary>Nobody is proven, or the identity has no <c>sub</c>.</summary>
    Unproven,

    /// <summary>The person's token names no tenant.</summary>
    NoTenant,

    /// <summary>Several tenants are possible and the request names none.</summary>
    TenantNotNamed,

    /// <summary>What the request names is not a tenant id: 1–64 of <c>A-Za-z0-9_-</c>.</summary>
    TenantMalformed,

    /// <summary>The request names two tenants.</summary>
    TenantsDiffer,

    /// <summary>The person names a tenant that is not in their token.</summary>
    TenantNotOwn,

    /// <summary>Only the platform may ask for it.</summary>
    NotThePlatform,
}

/// <summary>A caller, or the reason why there is none.</summary>
/// <param name="Caller">Set when <paramref name="Error"/> is null.</param>
public readonly record struct CallerAnswer(Caller? Caller, AccessDeniedReason? Error)
{
    [MemberNotNullWhen(true, nameof(Caller))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Known => Caller is not null;

    public static implicit operator CallerAnswer(Caller caller) => new(caller, Error: null);

    public static implicit operator CallerAnswer(AccessDeniedReason error) => new(Caller: null, error);
}
