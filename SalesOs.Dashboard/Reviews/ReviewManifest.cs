using System.Text;
using System.Text.Json.Serialization;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Reviews;

public enum ReportFormat
{
    /// <summary>The manifest in the first line, then the review, then one key a line.</summary>
    Jsonl,

    /// <summary>For spreadsheets; the manifest is a file beside it.</summary>
    Csv,
}

/// <summary>What a report holds, signed with the audit log's key, so that it verifies without this program.</summary>
/// <param name="ReportEntry">The sequence of the <c>review.reported</c> entry, which was written before the first byte.</param>
/// <param name="ReportedAt">When that entry was written; the report tells how things stood then.</param>
/// <param name="Keys">Of the review; each has a line, or a row.</param>
/// <param name="Sha256">Lowercase hex, of all bytes behind the manifest's line feed; of a CSV, of the whole file.</param>
/// <param name="OpenedEntry">The sequence of the review's <c>review.opened</c> entry.</param>
/// <param name="OpenedHash">Of that entry, lowercase hex; null once it is pruned from the log.</param>
/// <param name="Signature">Over <see cref="SignedText"/>, lowercase hex.</param>
public sealed record ReviewManifest(
    string Form,
    string Tenant,
    Guid Review,
    ReportFormat Format,
    long ReportEntry,
    DateTimeOffset ReportedAt,
    int Keys,
    string Sha256,
    long OpenedEntry,
    string? OpenedHash,
    AuditPublicKey PublicKey,
    string Signature)
{
    public const string FormName = "salesos-review-report-v1";

    /// <summary>
    /// UTF-8 lines without a last line feed: the form's name, tenant, review, <c>jsonl</c> or <c>csv</c>, report entry, Unix milliseconds of the report, keys, SHA-256, opened entry, opened hash
    /// (empty for none).
    /// </summary>
    internal byte[] SignedText() => Encoding.UTF8.GetBytes(FormattableString.Invariant(
        $"{Form}\n{Tenant}\n{Review}\n{(Format == ReportFormat.Csv ? "csv" : "jsonl")}\n{ReportEntry}\n{ReportedAt.ToUnixTimeMilliseconds()}\n{Keys}\n{Sha256}\n{OpenedEntry}\n{OpenedHash}"));
}

/// <summary>The first line of a report as JSON Lines.</summary>
internal sealed record ReviewManifestLine(ReviewManifest Manifest);

/// <summary>The second line of a report: the review as it stands.</summary>
internal sealed record ReportedReviewLine(ReportedReview Review);

/// <param name="OpenedBy">Null once the person is erased, as every name of a report; their id stays.</param>
internal sealed record ReportedReview(
    Guid Id, string Name, DateTimeOffset OpenedAt, Guid? OpenedById, string? OpenedBy, DateTimeOffset DueAt, [property: JsonPropertyName("keys")] ReviewScope Scope, string Filter, int Count, int Kept, int Narrowed, int Retired, int Silent);

/// <summary>A key of a report: as it was frozen, what was decided, and what was done since.</summary>
/// <param name="StatusNow"><c>active</c>, <c>paused</c>, <c>expired</c>, <c>revoked</c> or <c>deleted</c>.</param>
/// <param name="Proposed">The admins are asked to pause it.</param>
/// <param name="Since">The entries of the log that tell of a change of the key, oldest first, as far as they are kept.</param>
internal sealed record ReportedKey(
    Guid KeyId,
    string Name,
    string Key,
    ApiKeys.KeyEnvironment Environment,
    ApiKeys.KeyStatus Status,
    IReadOnlyList<string> Scopes,
    int RateLimit,
    IReadOnlyList<string> AllowedIps,
    bool SingleUse,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    long UsageCount,
    DateTimeOffset? LastUsedAt,
    bool Excess,
    Guid? OwnerId,
    string? Owner,
    ReviewChoice? Decision,
    DateTimeOffset? DecidedAt,
    Guid? DecidedById,
    string? DecidedBy,
    string? Reason,
    string StatusNow,
    bool Proposed,
    IReadOnlyList<ReportedChange> Since);

internal sealed record ReportedChange(long Sequence, DateTimeOffset At, string Action, Guid? ActorId);
