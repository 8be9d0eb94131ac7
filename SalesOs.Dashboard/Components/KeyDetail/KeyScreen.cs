using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>All that a key's page shows, for one address and one time zone.</summary>
/// <param name="ZoneId">The time zone that the usage was cut by.</param>
/// <param name="Lanes">The keys that this one was rotated from and to, and itself between them, the oldest first; empty when it was never rotated.</param>
public sealed record KeyScreen(
    KeyAddress Address,
    string ZoneId,
    ApiKeyView Key,
    Part<KeyTraffic> Usage,
    Part<CallerList> Callers,
    Part<KeyRejections> Rejections,
    Part<AuditPage> Audit,
    Part<BrownOutPage> BrownOuts,
    IReadOnlyList<RotationKey> Lanes)
{
    /// <summary>Null: the key is not revoked.</summary>
    public Part<RevocationFacts>? Revocation { get; init; }

    /// <summary>Nothing ever came in, let in or refused, that is on record.</summary>
    public bool IsUnused =>
        Key is { UsageCount: 0, Status: KeyStatus.Active }
        && Usage is { Failed: false } traffic
        && Rejections.Value is { Proven.Total: 0, Unproven.Total: 0 }
        && traffic.Value?.Report.Totals is not { Refused: > 0 } and not { LetIn: > 0 };
}

/// <param name="Hour">How the sliding hour stands; null where the gate does not know the key any more.</param>
/// <param name="CutShort">The record is kept for less than was asked for.</param>
public sealed record KeyTraffic(UsageReport Report, HourUsage? Hour, bool CutShort);

/// <param name="Proven">Those whose signature held, newest first.</param>
/// <param name="Unproven">The others: whoever knows the public key could have sent them.</param>
/// <param name="Found">The one that was looked for by its id; of another key of the tenant it may be.</param>
public sealed record KeyRejections(RejectionPage Proven, RejectionPage Unproven, RejectionView? Found);

/// <summary>One of the keys of a rotation.</summary>
/// <param name="Key">Null when it is deleted.</param>
/// <param name="Report">Null where it could not be had.</param>
/// <param name="Rotation">Of a key that has a successor here, to that or to a later one.</param>
public sealed record RotationKey(Guid Id, ApiKeyView? Key, UsageReport? Report, Part<RotationView>? Rotation = null);
