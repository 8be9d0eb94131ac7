using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>One batch of usage, looked at key by key after its counts were added. What it finds out is remembered once the batch is committed.</summary>
internal sealed class BatchWatch(DashboardDbContext db, NoticeOutbox outbox, WatchMemory memory, int remembered) : IAsyncDisposable
{
    /// <summary>Bad signatures of one key, within <see cref="BadWithin"/>.</summary>
    public const int MostBad = 20;

    public static readonly TimeSpan BadWithin = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The larger of two numbers that are both no more than what came: by the minutes' counts, which have no gaps but are told to the minute, and by the refused requests,
    /// which are told to the millisecond but not all kept in a flood.
    /// </summary>
    private const string CountBad = """
        SELECT CASE WHEN "Counted" > "Kept" THEN "Counted" ELSE "Kept" END FROM (SELECT
          (SELECT COALESCE(SUM("Count"), 0) FROM "usage_counts" WHERE "KeyId" = @key AND "Step" = 0 AND "At" >= @minute AND "Counted" = @bad) AS "Counted",
          (SELECT COUNT(*) FROM "refused_requests" WHERE "KeyId" = @key AND "Proven" = @no AND "Verdict" = @bad AND "At" >
            (SELECT MAX("At") FROM "refused_requests" WHERE "KeyId" = @key AND "Proven" = @no AND "Verdict" = @bad) - @within) AS "Kept") AS "bad"
        """;

    private const long Day = 86_400;
    private const long Minute = 60;

    private static readonly short LetIn = CountedAs.Of(Verdict.LetIn);
    private static readonly short Bad = CountedAs.Of(Verdict.BadSignature);
    private static readonly short Revoked = CountedAs.Of(Verdict.Revoked);
    private static readonly short Limited = CountedAs.Of(Verdict.RateLimited);

    private readonly AddressWatch addresses = new(db, memory, remembered);
    private readonly HourWatch hours = new(db, memory);
    private BatchCommand? countBad;

    public WatchFindings Found { get; } = new();

    /// <summary>Looks at what the batch brings of one key, whose counts are added and whose callers are not yet.</summary>
    public async Task SeeAsync(UnwrittenUsage one)
    {
        foreach (var block in await addresses.NewAsync(one, Found))
        {
            await TellAsync(one.Usage, NoticeEvent.KeyNewAddress, new JsonObject { ["address"] = block });
        }

        hours.Note(one, Found);
        var (bad, revoked, limited) = (LatestOf(one, Bad), LatestOf(one, Revoked), LatestOf(one, Limited));
        if (bad > 0 && !memory.HasTold(one.Usage.Id, NoticeEvent.KeyBadSignatures, bad / Day) && await BadAsync(one.Usage.Id, bad) is >= MostBad and var count)
        {
            await TellOnceADayAsync(one.Usage, NoticeEvent.KeyBadSignatures, bad, new JsonObject { ["count"] = count, ["minutes"] = (int)BadWithin.TotalMinutes });
        }

        if (revoked > 0)
        {
            await TellOnceADayAsync(one.Usage, NoticeEvent.KeyRevokedStillTried, revoked, []);
        }

        if (limited > 0 && !memory.HasTold(one.Usage.Id, NoticeEvent.KeyLimitReached, limited / Day))
        {
            var limit = await db.Set<ApiKey>().IgnoreQueryFilters().Where(k => k.Id == one.Usage.Id).Select(k => k.RateLimit).SingleAsync(CancellationToken.None);
            await TellOnceADayAsync(one.Usage, NoticeEvent.KeyLimitReached, limited, new JsonObject { ["limit"] = limit });
        }
    }

    /// <summary>Looks at the hours of the keys of the whole batch.</summary>
    public async Task EndAsync()
    {
        foreach (var spike in await hours.SpikesAsync(Found))
        {
            var data = new JsonObject { ["count"] = spike.Count, ["usual"] = spike.Usual, ["hour"] = Rfc3339.Of(DateTimeOffset.FromUnixTimeSeconds(spike.At)) };
            await TellOnceADayAsync(spike.Key, NoticeEvent.KeySpike, spike.At, data);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await addresses.DisposeAsync();
        if (countBad is not null)
        {
            await countBad.DisposeAsync();
        }
    }

    /// <summary>The first second of the latest minute in which it was counted, Unix seconds; 0: it was not.</summary>
    private static long LatestOf(UnwrittenUsage one, short counted)
    {
        var latest = 0L;
        foreach (var cell in one.Cells)
        {
            latest = cell.Counted == counted ? Math.Max(latest, cell.Minute * Minute) : latest;
        }

        return latest;
    }

    /// <param name="latest">The latest minute that has some.</param>
    private async Task<long> BadAsync(Guid key, long latest)
    {
        countBad ??= new BatchCommand(db, CountBad, "key", "minute", "bad", "no", "within");
        return await countBad.NumberAsync(key, latest - (long)BadWithin.TotalSeconds + Minute, (int)Bad, false, (long)BadWithin.TotalMilliseconds);
    }

    private async Task TellOnceADayAsync(KeyUsage key, NoticeEvent what, long at, JsonObject data)
    {
        if (!memory.HasTold(key.Id, what, at / Day))
        {
            Found.Told.Add((key.Id, what, at / Day));
            await TellAsync(key, what, data, string.Create(CultureInfo.InvariantCulture, $"{NoticeEvents.NameOf(what)}:{key.Id:N}:{at / Day}"));
        }
    }

    private Task TellAsync(KeyUsage key, NoticeEvent what, JsonObject data, string? onceKey = null) => outbox.AddAsync(db, key.TenantId, what, key.Id, data, onceKey: onceKey);
}
