using System.Text.Json.Nodes;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Api;

/// <summary>One entry of the log. Actor, address and agent are null once the person's data is erased, and for what the program did itself.</summary>
/// <param name="Sequence">From 1, without a gap.</param>
/// <param name="Outcome"><c>ok</c> or <c>refused</c>.</param>
/// <param name="Actor">The e-mail address or name that the person had then, or <c>service_role</c>.</param>
/// <param name="RequestId">Of the request or the page's action that did it.</param>
/// <param name="Detail">What was made or changed: for an edit <c>before</c> and <c>after</c>.</param>
/// <param name="PreviousHash">Lowercase hex of the entry before; zeros for the first.</param>
/// <param name="Hash">Lowercase hex of SHA-256 over the previous hash and this entry's canonical bytes.</param>
public sealed record AuditEntryAnswer(
    long Sequence,
    Guid Id,
    DateTimeOffset At,
    string Action,
    string Outcome,
    Guid? ActorId,
    string? Actor,
    string? Address,
    string? Agent,
    Guid? KeyId,
    string? RequestId,
    JsonObject? Detail,
    string PreviousHash,
    string Hash)
{
    public static AuditEntryAnswer Of(AuditEntryView e) => new(
        e.Sequence, e.Id, e.At, e.Action, e.Outcome, e.ActorId, e.Actor, e.Address, e.Agent, e.KeyId, e.RequestId, e.Detail,
        Convert.ToHexStringLower(e.PreviousHash), Convert.ToHexStringLower(e.Hash));
}

/// <param name="Whole">Every entry holds.</param>
/// <param name="Entries">How many hold, of those that are kept, from the first on.</param>
/// <param name="FirstBad">The sequence of the first entry that does not hold or is missing; null when the log is whole.</param>
/// <param name="First">The first entry that is kept: 1, or the one behind the checkpoint that was pruned to.</param>
/// <param name="CheckedFrom">The first entry that was read now; those before it held within the past hour.</param>
public sealed record VerificationAnswer(bool Whole, long Entries, long? FirstBad, long First, long CheckedFrom);

/// <param name="Total">Checkpoints on all pages.</param>
public sealed record CheckpointsAnswer(string Tenant, AuditPublicKey PublicKey, long Total, IReadOnlyList<SignedCheckpoint> Checkpoints);
