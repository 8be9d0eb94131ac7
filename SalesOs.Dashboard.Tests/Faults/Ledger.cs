using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// All that clients were told, kept outside the program, and the comparison with what it has stored: every acknowledged act is there, every other is
/// whole or absent, no entry stands without its act and no act without its entry.
/// </summary>
internal sealed class Ledger(int seed, int clients)
{
    /// <summary>Keys that a create or a rotation made without being answered: known from the database alone.</summary>
    private readonly Dictionary<Guid, List<string>> orphans = [];

    private readonly List<LedgerClient> all = [.. Enumerable.Range(0, clients).Select(i => new LedgerClient(i, new Random((seed * 31) + i)))];

    public IReadOnlyList<LedgerClient> Clients
    {
        get
        {
            lock (all)
            {
                return [.. all];
            }
        }
    }

    public int Acknowledged => Clients.Sum(c => c.Acknowledged);

    public int Refused => Clients.Sum(c => c.Refused);

    /// <summary>Acts that were sent and never answered, and how many of them are there all the same.</summary>
    public (int Open, int Whole) Unanswered { get; private set; }

    /// <summary>By how much the counts were behind at a kill, in the worst case: how old the oldest use was that is missing.</summary>
    public TimeSpan MostUsageMissing { get; private set; }

    /// <summary>One more client, such as takes the place of one that was not answered and does not know how its act ended.</summary>
    public LedgerClient Add()
    {
        lock (all)
        {
            all.Add(new LedgerClient(all.Count, new Random((seed * 31) + all.Count)));
            return all[^1];
        }
    }

    /// <summary>Each client does so many acts, one after the other.</summary>
    public Task ActAsync(Uri address, int acts) => Task.WhenAll(Clients.Select(client =>
    {
        var left = acts;
        return client.RunAsync(address, () => left-- > 0);
    }));

    /// <summary>Compares, and takes over what became of the open acts.</summary>
    /// <param name="killedAt">By the <see cref="Stopwatch"/>; null: nothing was lost, so every count must be exact.</param>
    public async Task CompareAsync(StoredData stored, long? killedAt)
    {
        await using var db = stored.Database.Read(LedgerClient.Tenant);
        var keys = await db.Set<ApiKey>().ToDictionaryAsync(k => k.Id);
        var entries = (await db.Set<AuditEntry>().Where(e => e.KeyId != null).OrderBy(e => e.Sequence).Select(e => new { e.KeyId, e.Action }).ToListAsync())
            .GroupBy(e => e.KeyId!.Value).ToDictionary(g => g.Key, g => g.Select(e => e.Action).ToList());
        var known = Clients.SelectMany(c => c.Keys).ToList();
        var mayBe = Clients.Count(c => c.CreatePending);
        var whole = 0;

        foreach (var key in known)
        {
            whole += Settle(key, keys.GetValueOrDefault(key.Id), entries.GetValueOrDefault(key.Id) ?? []) ? 1 : 0;
            if (keys.GetValueOrDefault(key.Id) is { } there)
            {
                CountUses(key, there.UsageCount, killedAt);
            }
        }

        var strangers = keys.Values.Where(k => !orphans.ContainsKey(k.Id) && known.All(mine => mine.Id != k.Id)).ToList();
        var rotated = strangers.Count(k => k.RotatedFrom is not null);
        (strangers.Count - rotated).ShouldBeLessThanOrEqualTo(mayBe, "keys that nobody asked for");
        foreach (var stranger in strangers)
        {
            orphans[stranger.Id] = ["key.created"];
            whole += stranger.RotatedFrom is null ? 1 : 0;
        }

        var expected = known.ToDictionary(k => k.Id, k => k.Actions).Concat(orphans).ToDictionary();
        entries.Keys.ShouldBe(expected.Keys, ignoreOrder: true, "an entry without its act, or an act without its entry");
        foreach (var (id, actions) in entries)
        {
            actions.ShouldBe(expected[id]);
        }

        rotated.ShouldBe(strangers.Count(k => k.RotatedFrom is { } from && keys[from].RotatedTo == k.Id), "a successor without its predecessor");
        Unanswered = (Unanswered.Open + mayBe + known.Count(k => k.Pending is not null and not Act.Use), Unanswered.Whole + whole);
        foreach (var client in Clients)
        {
            client.CreatePending = false;
        }

        foreach (var key in known)
        {
            key.Pending = null;
        }

        (await stored.VerifyAuditAsync(LedgerClient.Tenant)).Whole.ShouldBeTrue();
        (await stored.IsSoundAsync()).ShouldBeTrue();
    }

    /// <summary>Whether the usage writer has come round since the last use.</summary>
    public async Task<bool> AllCountedAsync(StoredData stored)
    {
        await using var db = stored.Database.Read(LedgerClient.Tenant);
        var counts = await db.Set<ApiKey>().ToDictionaryAsync(k => k.Id, k => k.UsageCount);
        return Clients.SelectMany(c => c.Living).All(k => counts.GetValueOrDefault(k.Id) >= k.UsageBefore + k.Uses.Count);
    }

    /// <summary>The key is as it was acknowledged, or as its one open act makes it.</summary>
    /// <returns>Whether the open act is there.</returns>
    private static bool Settle(LedgerKey key, ApiKey? stored, List<string> actions)
    {
        var extra = actions.Count - key.Actions.Count;
        var opened = key.Pending switch
        {
            Act.Edit => "key.edited",
            Act.Rotate => "key.rotated",
            Act.Revoke => "key.revoked",
            Act.Pause => key.Paused ? "key.resumed" : "key.paused",
            Act.Delete => "key.deleted",
            _ => null,
        };
        var there = extra == 1 && opened is not null && actions[^1] == opened;
        if (!there)
        {
            actions.ShouldBe(key.Actions, $"the entries of {key.Id}; open: {key.Pending}");
        }
        else
        {
            key.Actions.Add(opened!);
            key.Name = key.PendingName ?? key.Name;
            key.Revoked |= key.Pending == Act.Revoke;
            key.Deleted |= key.Pending == Act.Delete;
            key.Paused ^= key.Pending == Act.Pause;
        }

        (stored is null).ShouldBe(key.Deleted, $"{key.Id} is there or not");
        if (stored is not null)
        {
            stored.Name.ShouldBe(key.Name);
            (stored.RevokedAt is not null).ShouldBe(key.Revoked, $"{key.Id} is revoked or not");
            (stored.PausedAt is not null).ShouldBe(key.Paused && !key.Revoked, $"{key.Id} is paused or not");
        }

        return there;
    }

    private void CountUses(LedgerKey key, long counted, long? killedAt)
    {
        var now = counted - key.UsageBefore;
        var open = key.Pending == Act.Use ? 1 : 0;
        now.ShouldBeLessThanOrEqualTo(key.Uses.Count + open, "more was counted than was let in");
        if (killedAt is not { } killed)
        {
            now.ShouldBe(key.Uses.Count);
        }
        else if (now < key.Uses.Count)
        {
            now.ShouldBeGreaterThanOrEqualTo(0);
            var age = Stopwatch.GetElapsedTime(key.Uses[(int)now], killed);
            MostUsageMissing = age > MostUsageMissing ? age : MostUsageMissing;
        }

        key.UsageBefore = counted;
        key.Uses.Clear();
    }
}
