using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>The database's side of the memory that nodes share: its generation, and for each key its version and the hour that was counted.</summary>
public sealed partial class GateRecord : IGateRecord
{
    /// <summary>A node that is silent for so long is no longer live.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly Database database;
    private readonly UsageWriter writer;
    private readonly IFeed feed;
    private readonly TimeProvider clock;
    private readonly ILogger<GateRecord> logger;

    public GateRecord(Database database, UsageWriter writer, IFeed feed, TimeProvider clock, ILogger<GateRecord> logger)
    {
        this.database = database;
        this.writer = writer;
        this.feed = feed;
        this.clock = clock;
        this.logger = logger;
        feed.Listen(Topic.Generation, begun => _ = WriteCountsAsync(begun));
    }

    public async Task<long> GenerationAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        return await db.Set<GateGeneration>().Select(g => g.Number).SingleOrDefaultAsync(cancellationToken);
    }

    /// <remarks>A node that starts has no open feed yet, and waits for what it could not hear; the feed opens as soon as the program runs.</remarks>
    public async Task<IAsyncDisposable?> TryTakeBeginningAsync(CancellationToken cancellationToken) =>
        feed.IsAlone || feed.IsOpen ? await database.TryTakeAsync("beginning of a generation", cancellationToken) : null;

    public async Task<long> BeginAsync(long before, CancellationToken cancellationToken)
    {
        var number = await WriteAsync(before, cancellationToken);
        // Nobody is let in meanwhile, on any node.
        if (!await writer.FlushAsync(cancellationToken))
        {
            throw new StoreException("What was counted could not be written.");
        }

        await feed.ConfirmAsync(Topic.Generation, number, cancellationToken);
        if (!await feed.AllConfirmedAsync(Topic.Generation, number, Patience))
        {
            NotConfirmed(number);
        }

        return number;
    }

    public async Task<bool> AnyKeysAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        return await db.Set<ApiKey>().IgnoreQueryFilters().AnyAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<KeyRecord>> KeysAsync(IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken)
    {
        var from = ((clock.GetUtcNow().ToUnixTimeSeconds() / 60) - SlidingHour.Buckets) * 60;
        await using var db = database.Read(tenantId: null);
        var rows = await db.Set<ApiKey>().IgnoreQueryFilters()
            .Where(k => keys.Contains(k.Id))
            .Select(k => new { k.Id, k.Version, IsRevoked = k.RevokedAt != null })
            .ToListAsync(cancellationToken);
        var counts = await db.Set<UsageCount>().IgnoreQueryFilters()
            .Where(c => keys.Contains(c.KeyId) && c.Step == UsageStep.Minute && c.At >= from && CountedAs.Granted.Contains(c.Counted))
            .Select(c => new { c.KeyId, c.At, c.Count })
            .ToListAsync(cancellationToken);
        var hours = counts.ToLookup(c => c.KeyId, c => (c.At / 60, checked((int)c.Count)));
        return [.. rows.Select(k => new KeyRecord(k.Id, k.Version, k.IsRevoked, [.. hours[k.Id]]))];
    }

    private Task<long> WriteAsync(long before, CancellationToken cancellationToken) => database.WriteAsync(
        tenantId: null,
        async db =>
        {
            var generation = await db.Set<GateGeneration>().AsTracking().SingleOrDefaultAsync(CancellationToken.None) ?? db.Add(new GateGeneration()).Entity;
            if (generation.Number == before)
            {
                generation.Number = Math.Max(before + 1, clock.GetUtcNow().ToUnixTimeMilliseconds());
                await feed.TellAsync(db, Topic.Generation, generation.Number.ToString(CultureInfo.InvariantCulture));
            }

            return generation.Number;
        },
        cancellationToken: cancellationToken);

    /// <summary>Another node has begun a generation, and waits.</summary>
    /// <param name="begun">Its number; empty: one may have begun while nothing could be heard.</param>
    private async Task WriteCountsAsync(string begun)
    {
        try
        {
            var number = begun.Length > 0 ? long.Parse(begun, CultureInfo.InvariantCulture) : await GenerationAsync(CancellationToken.None);
            if (await writer.FlushAsync())
            {
                await feed.ConfirmAsync(Topic.Generation, number);
            }
        }
        catch (Exception fault)
        {
            NotWritten(fault);
        }
    }

    [LoggerMessage(2504, LogLevel.Warning, "Not every node has said that it has written its counts before generation {Generation}; what a node counted and did not write may be let in once more.")]
    private partial void NotConfirmed(long generation);

    [LoggerMessage(2505, LogLevel.Warning, "What was counted could not be written for a new generation; the other nodes wait a few seconds for it.")]
    private partial void NotWritten(Exception fault);
}
