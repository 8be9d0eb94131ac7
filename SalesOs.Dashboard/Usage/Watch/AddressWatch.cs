using System.Net;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>Notes from which blocks of addresses the keys of one batch were let in, and tells which of them are new.</summary>
/// <param name="remembered">Days after which a block is new again.</param>
internal sealed class AddressWatch(DashboardDbContext db, WatchMemory memory, int remembered) : IAsyncDisposable
{
    /// <summary>Of a key whose first use is no longer ago, every address is new.</summary>
    public static readonly TimeSpan History = TimeSpan.FromDays(14);

    /// <summary>New blocks of one key that are told of in one day: whoever has seen ten needs no eleventh to act.</summary>
    public const int MostToldADay = 10;

    private const string SeeKnown = """
        UPDATE "key_address_blocks" SET "LastSeenOn" = CASE WHEN @day > "LastSeenOn" THEN @day ELSE "LastSeenOn" END
        WHERE "KeyId" = @key AND "Block" = @block AND "LastSeenOn" >= @oldest
        """;

    private const string SeeNew = """
        INSERT INTO "key_address_blocks" ("TenantId", "KeyId", "Block", "FirstSeenOn", "LastSeenOn") VALUES (@tenant, @key, @block, @first, @day)
        ON CONFLICT ("KeyId", "Block") DO UPDATE SET "FirstSeenOn" = excluded."FirstSeenOn", "LastSeenOn" = excluded."LastSeenOn"
        """;

    private const long DayMilliseconds = 86_400_000;
    private const long DaySeconds = 86_400;

    private BatchCommand? seeKnown;
    private BatchCommand? seeNew;

    /// <summary>The blocks that people are told of. Its callers must not have been added to <see cref="KeyCaller"/> yet.</summary>
    public async Task<IReadOnlyList<string>> NewAsync(UnwrittenUsage one, WatchFindings found)
    {
        List<string>? told = null;
        foreach (var caller in one.Callers)
        {
            var day = caller.LastSeenAt / DayMilliseconds;
            if (caller.Address is null || memory.HasSeen(one.Usage.Id, caller.Address, day))
            {
                continue;
            }

            found.Addresses.Add((one.Usage.Id, caller.Address, day));
            var block = AddressBlock.Around(caller.Address);
            seeKnown ??= new BatchCommand(db, SeeKnown, "day", "key", "block", "oldest");
            if (await seeKnown.RunAsync((int)day, one.Usage.Id, block.Network.ToString(), (int)day - remembered) == 0 && await IsNewsAsync(one.Usage, block, caller.LastSeenAt))
            {
                (told ??= []).Add(block.Network.ToString());
            }
        }

        return told ?? [];
    }

    public async ValueTask DisposeAsync()
    {
        if (seeKnown is not null)
        {
            await seeKnown.DisposeAsync();
        }

        if (seeNew is not null)
        {
            await seeNew.DisposeAsync();
        }
    }

    /// <summary>Keeps a block that no row knew, and says whether it is to be told of.</summary>
    /// <param name="at">Unix milliseconds.</param>
    private async Task<bool> IsNewsAsync(KeyUsage key, AddressBlock block, long at)
    {
        var day = (int)(at / DayMilliseconds);
        var kept = await db.Set<KeyAddressBlock>().IgnoreQueryFilters().Where(b => b.KeyId == key.Id && b.LastSeenOn >= day - remembered).Select(b => b.FirstSeenOn).ToListAsync(CancellationToken.None);
        if (kept.Count >= KeyAddressBlock.MostPerKey)
        {
            return false;
        }

        var isKnown = await IsCallerAsync(key.Id, block, at);
        seeNew ??= new BatchCommand(db, SeeNew, "tenant", "key", "block", "first", "day");
        await seeNew.RunAsync(key.TenantId, key.Id, block.Network.ToString(), isKnown ? 0 : day, day);
        return !isKnown && kept.Count(first => first == day) < MostToldADay && await HasHistoryAsync(key.Id, at);
    }

    /// <summary>Whether a caller on record, perhaps of a time before blocks were kept, called from there.</summary>
    private async Task<bool> IsCallerAsync(Guid key, AddressBlock block, long at)
    {
        var oldest = DateTimeOffset.FromUnixTimeMilliseconds(at - (remembered * DayMilliseconds));
        var addresses = await db.Set<KeyCaller>().IgnoreQueryFilters().Where(c => c.KeyId == key && c.LastSeenAt >= oldest).Select(c => c.Address).Distinct().ToListAsync(CancellationToken.None);
        return addresses.Exists(text => IPAddress.TryParse(text, out var address) && block.Contains(address));
    }

    /// <summary>To the hour, or to the day where the hours are no longer kept.</summary>
    private Task<bool> HasHistoryAsync(Guid key, long at)
    {
        var until = (at / 1000) - (long)History.TotalSeconds;
        var letIn = CountedAs.Of(Verdict.LetIn);
        return db.Set<UsageCount>().IgnoreQueryFilters().AnyAsync(
            c => c.KeyId == key && c.Counted == letIn && ((c.Step == UsageStep.Hour && c.At <= until) || (c.Step == UsageStep.Day && c.At <= until - DaySeconds)),
            CancellationToken.None);
    }
}
