using System.Text;

namespace SalesOs.Dashboard.Audit;

public enum AuditFormat
{
    /// <summary>The manifest in the first line, then one entry a line with all that verifies it.</summary>
    Jsonl,

    /// <summary>For spreadsheets; the manifest is a file beside it.</summary>
    Csv,
}

/// <summary>What an export promises about what it holds.</summary>
public enum AuditProof
{
    /// <summary>A contiguous part of the chain: nothing in it can be changed, left out or put in.</summary>
    Chain,

    /// <summary>Chosen entries: each holds for itself, by its own hash; what was left out can't be told.</summary>
    Entries,
}

/// <summary>What was asked for. An actor is named by id, so that no personal data is chained.</summary>
/// <param name="Actors">The people that were meant; null for all.</param>
/// <param name="From">The first moment.</param>
/// <param name="To">The moment after the last.</param>
public sealed record AuditChoice(IReadOnlyList<Guid>? Actors, string? Action, Guid? KeyId, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>Whether entries within the range may be left out.</summary>
    internal bool Chooses => Actors is not null || Action is not null || KeyId is not null;
}

/// <summary>What an export holds, signed, so that it verifies without this program.</summary>
/// <param name="V">Of this form: 1.</param>
/// <param name="ExportEntry">The sequence of the <c>audit.exported</c> entry, which was written before the first byte and is not part of the export.</param>
/// <param name="ExportedAt">When that entry was written.</param>
/// <param name="First">The first sequence of the range.</param>
/// <param name="Last">The last sequence of the range; <paramref name="First"/> − 1 when it is empty.</param>
/// <param name="Count">Entries in the export; all of the range when it proves the chain.</param>
/// <param name="PreviousHash">Of the entry before the first, lowercase hex: the chain begins there.</param>
/// <param name="LastHash">Of the last entry of the range, lowercase hex.</param>
/// <param name="PrunedThrough">Entries up to this one were no longer kept; 0 for none. The checkpoint of that sequence is among the checkpoints.</param>
/// <param name="Checkpoints">Those of the range and of the entry before it, oldest first.</param>
/// <param name="Signature">Over <see cref="SignedText"/>, lowercase hex.</param>
public sealed record AuditManifest(
    int V,
    string Tenant,
    AuditFormat Format,
    long ExportEntry,
    DateTimeOffset ExportedAt,
    AuditProof Proves,
    AuditChoice Choice,
    long First,
    long Last,
    long Count,
    string PreviousHash,
    string LastHash,
    long PrunedThrough,
    IReadOnlyList<SignedCheckpoint> Checkpoints,
    AuditPublicKey PublicKey,
    string Signature)
{
    /// <summary>
    /// UTF-8 lines without a last line feed: <c>salesos-audit-export-v1</c>, tenant, export entry, Unix milliseconds of the export, <c>chain</c> or
    /// <c>entries</c>, first, last, count, previous hash, last hash, pruned through.
    /// </summary>
    internal byte[] SignedText() => Encoding.UTF8.GetBytes(FormattableString.Invariant(
        $"salesos-audit-export-v1\n{Tenant}\n{ExportEntry}\n{ExportedAt.ToUnixTimeMilliseconds()}\n{(Proves == AuditProof.Chain ? "chain" : "entries")}\n{First}\n{Last}\n{Count}\n{PreviousHash}\n{LastHash}\n{PrunedThrough}"));
}
