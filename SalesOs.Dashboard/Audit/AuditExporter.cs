using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>Lets a tenant's log out of the program. Each export is an entry of the log itself, durable before its first byte.</summary>
public sealed class AuditExporter(Database database, AuditLog audit, AuditSigner signer, IEntryKeys keys)
{
    private int underWay;

    /// <summary>Whether an export is being written just now: what it has promised to hold is not pruned meanwhile.</summary>
    internal bool UnderWay => Volatile.Read(ref underWay) > 0;

    /// <summary>
    /// Writes the <c>audit.exported</c> entry and gives the export, of which nothing has left yet. <c>From</c> and <c>To</c> are widened to a
    /// contiguous range of entries; what else the filter names chooses within it. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.
    /// </summary>
    /// <param name="filter">Its page does not matter.</param>
    /// <returns>Dispose the export in any case.</returns>
    /// <exception cref="DbUpdateException">The entry could not be written: there is no export.</exception>
    public async Task<Result<AuditExport>> BeginAsync(AuditFormat format, AuditFilter filter, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        Interlocked.Increment(ref underWay);
        var ending = new Ending(this);
        try
        {
            var (detail, choice) = await PlanAsync(format, filter, caller.TenantId, cancellationToken);
            var entry = await database.WriteAsync(
                caller.TenantId,
                db => audit.AddAsync(db, new AuditEvent(AuditActions.Exported, Detail: detail), caller),
                cancellationToken: cancellationToken);
            var manifest = await ManifestOfAsync(entry, cancellationToken);
            return new AuditExport(database, keys, manifest, choice, ending);
        }
        catch
        {
            ending.Dispose();
            throw;
        }
    }

    /// <summary>The manifest of an export that was made, written anew from its entry.</summary>
    /// <param name="exportEntry">The sequence of its <c>audit.exported</c> entry.</param>
    /// <returns><c>NotFound</c>: the caller's tenant has no such export.</returns>
    public async Task<Result<AuditManifest>> ManifestAsync(long exportEntry, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var entry = await db.Set<AuditEntry>().SingleOrDefaultAsync(e => e.Sequence == exportEntry && e.Action == AuditActions.Exported, cancellationToken);
        return entry is null ? new Error(ErrorReason.NotFound) : await ManifestOfAsync(entry, cancellationToken);
    }

    private async Task<(JsonObject Detail, AuditChoice Choice)> PlanAsync(AuditFormat format, AuditFilter filter, string tenant, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenant);
        var head = await db.Set<AuditHead>().SingleOrDefaultAsync(cancellationToken);
        var floor = head?.PrunedThrough ?? 0;
        var end = head?.Sequence ?? 0;
        var kept = db.Set<AuditEntry>().Where(e => e.Sequence > floor && e.Sequence <= end);
        var first = filter.From is { } from ? await kept.Where(e => e.At >= from).MinAsync(e => (long?)e.Sequence, cancellationToken) ?? end + 1 : floor + 1;
        var last = filter.To is { } to ? await kept.Where(e => e.At < to).MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? floor : end;
        last = Math.Max(last, first - 1);
        var actors = filter.Actor is { } actor ? await AuditQueries.ActorsAsync(db, actor, cancellationToken) : null;
        var choice = new AuditChoice(actors, filter.Action, filter.KeyId, filter.From, filter.To);
        var count = choice.Chooses ? await AuditExport.Chosen(db, choice, first - 1, last).LongCountAsync(cancellationToken) : last - first + 1;
        return (
            new JsonObject
            {
                ["format"] = format == AuditFormat.Csv ? "csv" : "jsonl",
                ["first"] = first,
                ["last"] = last,
                ["count"] = count,
                ["previous_hash"] = await HashAsync(db, first - 1, floor, cancellationToken),
                ["last_hash"] = await HashAsync(db, last, floor, cancellationToken),
                ["pruned_through"] = floor,
                ["actors"] = actors is null ? null : new JsonArray([.. actors.Select(a => JsonValue.Create(a))]),
                ["action"] = filter.Action,
                ["key"] = filter.KeyId,
                ["from"] = filter.From?.ToUnixTimeMilliseconds(),
                ["to"] = filter.To?.ToUnixTimeMilliseconds(),
            },
            choice);
    }

    /// <summary>Of an entry that is kept, or of the checkpoint that was pruned to.</summary>
    private static async Task<string> HashAsync(DashboardDbContext db, long sequence, long floor, CancellationToken cancellationToken)
    {
        var hash = sequence == 0 ? ChainWalk.Beginning
            : sequence == floor ? await db.Set<AuditCheckpoint>().Where(c => c.Sequence == sequence).Select(c => c.Hash).SingleOrDefaultAsync(cancellationToken)
            : await db.Set<AuditEntry>().Where(e => e.Sequence == sequence).Select(e => e.Hash).SingleOrDefaultAsync(cancellationToken);
        // A chain that was tampered with is exported as it is: whoever verifies it sees where it breaks.
        return Convert.ToHexStringLower(hash ?? ChainWalk.Beginning);
    }

    private async Task<AuditManifest> ManifestOfAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var said = AuditCanonical.Read(entry.Canonical)?.Detail ?? [];
        var (first, last) = ((long)said["first"]!, (long)said["last"]!);
        var choice = new AuditChoice(
            said["actors"]?.AsArray().Select(a => Guid.Parse((string)a!, System.Globalization.CultureInfo.InvariantCulture)).ToList(),
            (string?)said["action"],
            (string?)said["key"] is { } key ? Guid.Parse(key, System.Globalization.CultureInfo.InvariantCulture) : null,
            TimeOf(said["from"]),
            TimeOf(said["to"]));
        await using var db = database.Read(entry.TenantId);
        var checkpoints = await db.Set<AuditCheckpoint>().Where(c => c.Sequence >= first - 1 && c.Sequence <= last).OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
        var manifest = new AuditManifest(
            1,
            entry.TenantId,
            (string?)said["format"] == "csv" ? AuditFormat.Csv : AuditFormat.Jsonl,
            entry.Sequence,
            entry.At,
            choice.Chooses ? AuditProof.Entries : AuditProof.Chain,
            choice,
            first,
            last,
            (long)said["count"]!,
            (string)said["previous_hash"]!,
            (string)said["last_hash"]!,
            (long)said["pruned_through"]!,
            [.. checkpoints.Select(SignedCheckpoint.Of)],
            AuditPublicKey.Of(signer),
            Signature: "");
        return manifest with { Signature = Convert.ToHexStringLower(signer.Sign(manifest.SignedText())) };
    }

    private static DateTimeOffset? TimeOf(JsonNode? milliseconds) => (long?)milliseconds is { } number ? DateTimeOffset.FromUnixTimeMilliseconds(number) : null;

    private sealed class Ending(AuditExporter exporter) : IDisposable
    {
        private int ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                Interlocked.Decrement(ref exporter.underWay);
            }
        }
    }
}
