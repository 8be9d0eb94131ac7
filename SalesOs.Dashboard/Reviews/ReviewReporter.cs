using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Reviews;

/// <summary>
/// Lets the report of a review out of the program: its population, who decided what and when, and what was done since. Each is an entry of the log, durable before its first byte.
/// Whoever is erased by then stands in it by a number alone. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.
/// </summary>
public sealed class ReviewReporter(Database database, AuditLog audit, AuditSigner signer, ReviewQueries reviews, TimeProvider clock)
{
    private const int BatchSize = 500;

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>Makes the report, writes its <c>review.reported</c> entry and signs it; nothing of it has left yet.</summary>
    /// <exception cref="DbUpdateException">The entry could not be written: there is no report.</exception>
    public async Task<Result<ReviewReport>> BeginAsync(Guid id, ReportFormat format, Caller caller, CancellationToken cancellationToken = default)
    {
        var found = await reviews.GetAsync(id, caller, cancellationToken);
        if (!found.Done)
        {
            return found.Error;
        }

        var keys = await KeysAsync(id, caller.TenantId, cancellationToken);
        var body = format == ReportFormat.Csv ? await CsvAsync(found.Value, keys, cancellationToken) : Lines(found.Value, keys);
        var detail = new JsonObject
        {
            ["review"] = id,
            ["name"] = found.Value.Name,
            ["format"] = format == ReportFormat.Csv ? "csv" : "jsonl",
            ["count"] = keys.Count,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)),
        };
        var entry = await database.WriteAsync(caller.TenantId, db => audit.AddAsync(db, new AuditEvent(AuditActions.ReviewReported, Detail: detail), caller), cancellationToken: cancellationToken);
        return new ReviewReport(await ManifestOfAsync(entry, cancellationToken), found.Value.OpenedAt, body);
    }

    /// <summary>The manifest of a report that was made, written anew from its entry.</summary>
    /// <param name="reportEntry">The sequence of its <c>review.reported</c> entry.</param>
    /// <returns><c>NotFound</c>: the caller's tenant has no such report of the review.</returns>
    public async Task<Result<ReviewManifest>> ManifestAsync(Guid id, long reportEntry, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var entry = await db.Set<AuditEntry>().SingleOrDefaultAsync(e => e.Sequence == reportEntry && e.Action == AuditActions.ReviewReported, cancellationToken);
        return entry is not null && await ManifestOfAsync(entry, cancellationToken) is var manifest && manifest.Review == id ? manifest : NotFound;
    }

    private async Task<ReviewManifest> ManifestOfAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var said = AuditCanonical.Read(entry.Canonical)?.Detail ?? [];
        var review = Guid.Parse((string)said["review"]!, CultureInfo.InvariantCulture);
        await using var db = database.Read(entry.TenantId);
        var opened = await db.Set<Review>().Where(r => r.Id == review).Select(r => r.OpenedEntry).SingleAsync(cancellationToken);
        var hash = await db.Set<AuditEntry>().Where(e => e.Sequence == opened).Select(e => e.Hash).SingleOrDefaultAsync(cancellationToken);
        var manifest = new ReviewManifest(
            ReviewManifest.FormName,
            entry.TenantId,
            review,
            (string?)said["format"] == "csv" ? ReportFormat.Csv : ReportFormat.Jsonl,
            entry.Sequence,
            entry.At,
            (int)said["count"]!,
            (string)said["sha256"]!,
            opened,
            hash is null ? null : Convert.ToHexStringLower(hash),
            AuditPublicKey.Of(signer),
            Signature: "");
        return manifest with { Signature = Convert.ToHexStringLower(signer.Sign(manifest.SignedText())) };
    }

    /// <summary>Each batch is a reading of its own.</summary>
    private async Task<List<ReportedKey>> KeysAsync(Guid id, string tenant, CancellationToken cancellationToken)
    {
        Review review;
        List<Guid> ids;
        await using (var db = database.Read(tenant))
        {
            review = await db.Set<Review>().SingleAsync(r => r.Id == id, cancellationToken);
            ids = await db.Set<ReviewedKey>().Where(k => k.ReviewId == id).OrderBy(k => k.Name).ThenBy(k => k.KeyId).Select(k => k.KeyId).ToListAsync(cancellationToken);
        }

        var reported = new List<ReportedKey>(ids.Count);
        foreach (var batch in ids.Chunk(BatchSize))
        {
            await using var db = database.Read(tenant);
            reported.AddRange(await KeysAsync(db, review, batch, cancellationToken));
        }

        return reported;
    }

    private async Task<IEnumerable<ReportedKey>> KeysAsync(DashboardDbContext db, Review review, Guid[] batch, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var frozen = await db.Set<ReviewedKey>().Where(k => k.ReviewId == review.Id && batch.Contains(k.KeyId)).ToDictionaryAsync(k => k.KeyId, cancellationToken);
        var keys = (await KeyList.ViewsAsync(db, await db.RowsAsync(batch, cancellationToken), now, cancellationToken)).ToDictionary(k => k.Id);
        var people = await ReviewQueries.PeopleAsync(db, frozen.Values.SelectMany(k => new[] { k.OwnerId, k.DecidedById }), cancellationToken);
        var since = (await db.Set<AuditEntry>()
            .Where(e => e.Sequence > review.OpenedEntry && e.KeyId != null && batch.Contains(e.KeyId.Value) && e.Action.StartsWith("key.") && e.Outcome == "ok")
            .OrderBy(e => e.Sequence).Select(e => new { e.KeyId, Change = new ReportedChange(e.Sequence, e.At, e.Action, e.ActorId) }).ToListAsync(cancellationToken))
            .ToLookup(e => e.KeyId!.Value, e => e.Change);
        return batch.Select(id => Of(review, frozen[id], keys.GetValueOrDefault(id), person => person is { } known ? people.GetValueOrDefault(known)?.Label : null, [.. since[id]], now));
    }

    private static ReportedKey Of(Review review, ReviewedKey k, ApiKeyView? key, Func<Guid?, string?> nameOf, IReadOnlyList<ReportedChange> since, DateTimeOffset now) => new(
        k.KeyId,
        k.Name,
        k.Shown,
        k.Environment,
        k.Status,
        k.Scopes,
        k.RateLimit,
        k.AllowedIps,
        k.SingleUse,
        k.ExpiresAt,
        k.CreatedAt,
        k.UsageCount,
        k.LastUsedAt,
        k.IsExcess,
        k.OwnerId,
        nameOf(k.OwnerId),
        k.Decision,
        k.DecidedAt,
        k.DecidedById,
        nameOf(k.DecidedById),
        k.Reason,
        key is null ? "deleted" : Word(key.Status),
        ReviewQueries.IsProposed(review, k, key, now),
        since);

    private static ReadOnlyMemory<byte> Lines(ReviewView review, List<ReportedKey> keys)
    {
        using var body = new MemoryStream();
        Line(body, new ReportedReviewLine(new ReportedReview(
            review.Id, review.Name, review.OpenedAt, review.OpenedById, review.OpenedBy, review.DueAt, review.Scope, review.Filter, review.Keys, review.Kept, review.Narrowed, review.Retired, review.Silent)));
        foreach (var key in keys)
        {
            Line(body, key);
        }

        return body.ToArray();
    }

    private static void Line<T>(Stream body, T line)
    {
        JsonSerializer.Serialize(body, line, Envelope.Json);
        body.WriteByte((byte)'\n');
    }

    private static async Task<ReadOnlyMemory<byte>> CsvAsync(ReviewView review, List<ReportedKey> keys, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await using (var file = new SpreadsheetFile(body))
        {
            await file.WriteRowAsync(ReviewRow.Names, cancellationToken);
            foreach (var key in keys)
            {
                await file.WriteRowAsync(ReviewRow.Of(review, key), cancellationToken);
            }

            await file.FlushAsync(cancellationToken);
        }

        return body.ToArray();
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

/// <summary>A report whose entry is written.</summary>
public sealed class ReviewReport
{
    private readonly DateTimeOffset openedAt;
    private readonly ReadOnlyMemory<byte> body;

    internal ReviewReport(ReviewManifest manifest, DateTimeOffset openedAt, ReadOnlyMemory<byte> body) => (Manifest, this.openedAt, this.body) = (manifest, openedAt, body);

    public ReviewManifest Manifest { get; }

    /// <summary>Such as <c>review-20261129-00000123.jsonl</c>: the day on which the review was opened in UTC, and the entry of the report.</summary>
    public string FileName => FormattableString.Invariant($"review-{openedAt.UtcDateTime:yyyyMMdd}-{Manifest.ReportEntry:D8}.{(Manifest.Format == ReportFormat.Csv ? "csv" : "jsonl")}");

    public string ContentType => Manifest.Format == ReportFormat.Csv ? SpreadsheetFile.ContentType : "application/x-ndjson; charset=utf-8";

    /// <summary>Writes the whole file to <paramref name="output"/>, which stays open.</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken = default)
    {
        if (Manifest.Format == ReportFormat.Jsonl)
        {
            await JsonSerializer.SerializeAsync(output, new ReviewManifestLine(Manifest), Envelope.Json, cancellationToken);
            await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }

        await output.WriteAsync(body, cancellationToken);
    }
}

/// <summary>A key of a report as a row of a spreadsheet.</summary>
internal static class ReviewRow
{
    public static readonly string[] Names =
    [
        "review_id", "review", "key_id", "name", "key", "environment", "status", "scopes", "rate_limit", "allowed_ips", "single_use", "expires_at", "created_at", "usage_count", "last_used_at", "excess",
        "owner_id", "owner", "decision", "decided_at", "decided_by_id", "decided_by", "reason", "status_now", "proposed", "since",
    ];

    public static IEnumerable<string?> Of(ReviewView review, ReportedKey k) =>
    [
        review.Id.ToString(),
        review.Name,
        k.KeyId.ToString(),
        k.Name,
        k.Key,
        Word(k.Environment.ToString()),
        Word(k.Status.ToString()),
        string.Join(' ', k.Scopes),
        k.RateLimit.ToString(CultureInfo.InvariantCulture),
        string.Join(' ', k.AllowedIps),
        Flag(k.SingleUse),
        Text(k.ExpiresAt),
        Text(k.CreatedAt),
        k.UsageCount.ToString(CultureInfo.InvariantCulture),
        Text(k.LastUsedAt),
        Flag(k.Excess),
        k.OwnerId?.ToString(),
        k.Owner,
        k.Decision is { } decision ? Word(decision.ToString()) : null,
        Text(k.DecidedAt),
        k.DecidedById?.ToString(),
        k.DecidedBy,
        k.Reason,
        k.StatusNow,
        k.Proposed ? "pause" : null,
        string.Join("; ", k.Since.Select(change => $"{change.Action} {Text(change.At)} #{change.Sequence.ToString(CultureInfo.InvariantCulture)}")),
    ];

    private static string Word(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    private static string Flag(bool set) => set ? "true" : "false";

    private static string? Text(DateTimeOffset? moment) => moment?.ToUniversalTime().ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture);
}
