using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>One export whose entry is written: it can be written out once, a batch at a time, so that none is held in memory whole. Dispose it in any case.</summary>
public sealed class AuditExport : IDisposable
{
    private const int BatchSize = 500;

    private readonly Database database;
    private readonly IEntryKeys keys;
    private readonly AuditChoice choice;
    private readonly IDisposable ending;

    internal AuditExport(Database database, IEntryKeys keys, AuditManifest manifest, AuditChoice choice, IDisposable ending)
    {
        this.database = database;
        this.keys = keys;
        this.choice = choice;
        this.ending = ending;
        Manifest = manifest;
    }

    public AuditManifest Manifest { get; }

    public string ContentType => Manifest.Format == AuditFormat.Csv ? SpreadsheetFile.ContentType : "application/x-ndjson; charset=utf-8";

    /// <summary>Such as <c>audit-20261122-1-512.jsonl</c>: the day of the export in UTC and its range.</summary>
    public string FileName => FormattableString.Invariant($"audit-{Manifest.ExportedAt:yyyyMMdd}-{Manifest.First}-{Manifest.Last}.{(Manifest.Format == AuditFormat.Csv ? "csv" : "jsonl")}");

    /// <summary>The manifest as a file, UTF-8 JSON; the verifier takes it as the first line of a JSON Lines export.</summary>
    public static byte[] ManifestFile(AuditManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(new ManifestLine(manifest), Envelope.Json);

    /// <summary>Writes the whole export to <paramref name="output"/>, which stays open.</summary>
    public Task WriteAsync(Stream output, CancellationToken cancellationToken = default) =>
        Manifest.Format == AuditFormat.Csv ? WriteCsvAsync(output, cancellationToken) : WriteJsonLinesAsync(output, cancellationToken);

    public void Dispose() => ending.Dispose();

    /// <summary>The entries of a range that the choice lets through.</summary>
    internal static IQueryable<AuditEntry> Chosen(DashboardDbContext db, AuditChoice choice, long after, long last)
    {
        var entries = db.Set<AuditEntry>().Where(e => e.Sequence > after && e.Sequence <= last);
        if (choice.Actors is { } actors)
        {
            var ids = actors.Select(a => (Guid?)a).ToList();
            entries = entries.Where(e => ids.Contains(e.ActorId));
        }

        if (choice.Action is { } action)
        {
            entries = AuditActions.Of(entries, action);
        }

        if (choice.KeyId is { } key)
        {
            entries = entries.Where(e => e.KeyId == key);
        }

        // Chosen entries are those of the time asked for; a part of the chain is whole.
        if (choice.Chooses && choice.From is { } from)
        {
            entries = entries.Where(e => e.At >= from);
        }

        return choice.Chooses && choice.To is { } to ? entries.Where(e => e.At < to) : entries;
    }

    private async Task WriteJsonLinesAsync(Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(ManifestFile(Manifest), cancellationToken);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
        var batch = new MemoryStream();
        await foreach (var entries in BatchesAsync(cancellationToken))
        {
            batch.SetLength(0);
            foreach (var entry in entries)
            {
                JsonSerializer.Serialize(batch, new AuditLine(entry), Envelope.Json);
                batch.WriteByte((byte)'\n');
            }

            await output.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length), cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
    }

    private async Task WriteCsvAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var file = new SpreadsheetFile(output);
        await file.WriteRowAsync(AuditRow.Names, cancellationToken);
        await foreach (var entries in BatchesAsync(cancellationToken))
        {
            var named = await keys.OfAsync(Manifest.Tenant, [.. entries.Select(e => e.KeyId).OfType<Guid>().Distinct()], cancellationToken);
            foreach (var entry in entries)
            {
                await file.WriteRowAsync(AuditRow.Of(entry, entry.KeyId is { } id ? named.GetValueOrDefault(id) : null), cancellationToken);
            }

            await file.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Each batch is a reading of its own: a slow reader of the export holds nothing in the database.</summary>
    private async IAsyncEnumerable<List<AuditEntry>> BatchesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = Manifest.First - 1;
        while (true)
        {
            await using var db = database.Read(Manifest.Tenant);
            var entries = await Chosen(db, choice, after, Manifest.Last).OrderBy(e => e.Sequence).Take(BatchSize).Include(e => e.Personal).ToListAsync(cancellationToken);
            if (entries.Count == 0)
            {
                yield break;
            }

            yield return entries;
            after = entries[^1].Sequence;
        }
    }
}

/// <summary>The first line of a JSON Lines export.</summary>
internal sealed record ManifestLine(AuditManifest Manifest);

/// <summary>An entry as a line: what is read, and behind it what verifies it.</summary>
internal sealed record AuditLine : AuditEntryView
{
    public AuditLine(AuditEntry entry)
        : base(AuditQueries.ViewOf(entry))
    {
        Canonical = Encoding.UTF8.GetString(entry.Canonical);
        Salt = entry.Personal is { } hashed ? Convert.ToHexStringLower(hashed.Salt) : null;
        Personal = entry.Personal is { } kept ? Encoding.UTF8.GetString(kept.Data) : null;
    }

    /// <summary>The chained bytes, UTF-8 JSON.</summary>
    [JsonPropertyOrder(1)]
    public string Canonical { get; }

    /// <summary>Lowercase hex; null once the person's data is erased.</summary>
    [JsonPropertyOrder(2)]
    public string? Salt { get; }

    /// <summary>The bytes that are hashed with the salt, UTF-8 JSON; null once erased.</summary>
    [JsonPropertyOrder(3)]
    public string? Personal { get; }
}

/// <summary>An entry as a row of a spreadsheet.</summary>
internal static class AuditRow
{
    public static readonly string[] Names =
        ["sequence", "id", "at", "action", "outcome", "actor_id", "actor", "address", "agent", "key_id", "key_name", "key_prefix", "request_id", "detail", "previous_hash", "hash"];

    /// <param name="key">What the entry's key is called; null where nothing is known of it, or the entry has none.</param>
    public static IEnumerable<string?> Of(AuditEntry entry, EntryKeyName? key)
    {
        var e = AuditQueries.ViewOf(entry);
        return
        [
            e.Sequence.ToString(CultureInfo.InvariantCulture),
            e.Id.ToString(),
            e.At.ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture),
            e.Action,
            e.Outcome,
            e.ActorId?.ToString(),
            e.Actor,
            e.Address,
            e.Agent,
            e.KeyId?.ToString(),
            key?.Name,
            key?.KeyPrefix,
            e.RequestId,
            e.Detail?.ToJsonString(Envelope.Json),
            e.PreviousHash,
            e.Hash,
        ];
    }
}
