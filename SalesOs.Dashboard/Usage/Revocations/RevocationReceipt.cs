using System.Text.Json;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Usage.Revocations;

/// <summary>What is on record of a key's revocation.</summary>
/// <param name="Reason">As it was given; null: none.</param>
/// <param name="AuditEntry">Of the revocation; null when it is pruned from the log.</param>
/// <param name="Nodes">Every node that has answered a probe, and every one that is there and has not.</param>
/// <param name="LastLetIn">The last request that was let in; null: none ever was.</param>
public record RevocationFacts(
    RevokedKey Key,
    DateTimeOffset RevokedAt,
    string? Reason,
    RevocationEntry? AuditEntry,
    IReadOnlyList<NodeStop> Nodes,
    RecordedCall? LastLetIn,
    AttemptsSince AttemptsSince);

public sealed record RevokedKey(Guid Id, string Name, string KeyPrefix, string KeyLast4, KeyEnvironment Environment);

/// <param name="Hash">Lowercase hex.</param>
public sealed record RevocationEntry(long Sequence, string Hash);

/// <summary>How a revocation acts on one node.</summary>
/// <param name="RefusedSince">From then on no request that began was let in; null when the probe was not refused.</param>
/// <param name="Probe">Null: not made yet, or it could not be.</param>
public sealed record NodeStop(string Node, DateTimeOffset? RefusedSince, ProbeAnswer? Probe);

/// <summary>A request that the program signed with the key's own k1 after the revocation and sent through its own listening socket.</summary>
/// <param name="Status">Of its answer.</param>
/// <param name="Outcome">What the gate found.</param>
/// <param name="Refused">Because the key is revoked, with the status 401.</param>
public sealed record ProbeAnswer(DateTimeOffset At, int Status, Verdict Outcome, bool Refused, int Milliseconds);

/// <param name="RequestId">Null where it was not kept.</param>
/// <param name="Address">Null when the server did not know it.</param>
public sealed record RecordedCall(Guid? RequestId, DateTimeOffset At, string? Address);

/// <summary>Requests signed with the key that were refused because it is revoked, as far as counts are kept (<c>Usage:RetentionDays</c>). The probe is none of them.</summary>
/// <param name="Last">Null: none, or it is no longer kept.</param>
public sealed record AttemptsSince(long Count, RecordedCall? Last);

/// <summary>The facts as they are signed.</summary>
public record RevocationReceipt : RevocationFacts
{
    public const string FormName = "salesos-revocation-receipt-v1";

    internal RevocationReceipt(RevocationFacts facts, string tenant, DateTimeOffset issuedAt, string requestId)
        : base(facts)
    {
        (Tenant, IssuedAt, RequestId) = (tenant, issuedAt, requestId);
    }

    /// <summary><see cref="FormName"/>.</summary>
    public string Form { get; } = FormName;

    public string Tenant { get; }

    /// <summary>Equal to <c>timestamp</c> in <c>meta</c>.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>Equal to <c>request_id</c> in <c>meta</c>.</summary>
    public string RequestId { get; }

    /// <summary>Signs it with the audit log's key.</summary>
    internal SignedReceipt SignedBy(AuditSigner signer)
    {
        var canonical = JsonSerializer.Serialize(this, Envelope.Json);
        return new SignedReceipt(this, canonical, AuditPublicKey.Of(signer), Convert.ToHexStringLower(signer.Sign(System.Text.Encoding.UTF8.GetBytes(canonical))));
    }
}

/// <summary>A receipt that verifies without this program.</summary>
public sealed record SignedReceipt : RevocationReceipt
{
    internal SignedReceipt(RevocationReceipt receipt, string canonical, AuditPublicKey publicKey, string signature)
        : base(receipt)
    {
        (Canonical, PublicKey, Signature) = (canonical, publicKey, signature);
    }

    /// <summary>All of the receipt but this, the key and the signature, as JSON: what is signed, as UTF-8.</summary>
    public string Canonical { get; }

    public AuditPublicKey PublicKey { get; }

    /// <summary>Over <see cref="Canonical"/>, lowercase hex.</summary>
    public string Signature { get; }
}
