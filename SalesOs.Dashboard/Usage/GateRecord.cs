using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>The database's side of the memory that nodes share: its generation, and for each key its version and the hour that was counted.</summary>
public sealed class GateRecord(Database database, UsageWriter writer, UsageOptions options, TimeProvider clock) : IGateRecord
{
    public async Task<long> GenerationAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        return await db.Set<GateGeneration>().Select(g => g.Number).SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<long> BeginAsync(long before, CancellationToken cancellationToken)
    {
        var number = await database.WriteAsync(
            tenantId: null,
            async db =>
            {
                var generation = await db.Set<GateGeneration>().AsTracking().SingleOrDefaultAsync(CancellationToken.None) ?? db.Add(new GateGeneration()).Entity;
                if (generation.Number == before)
                {
                    generation.Number = Math.Max(before + 1, clock.GetUtcNow().ToUnixTimeMilliseconds());
                }

                return generation.Number;
            },
            cancellationToken: cancellationToken);
        await writer.FlushAsync(cancellationToken);
        if (before > 0)
        {
            // Nobody is let in meanwhile: what the other nodes have counted is written in their next round.
            await Task.Delay(options.FlushEvery + TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
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
}
