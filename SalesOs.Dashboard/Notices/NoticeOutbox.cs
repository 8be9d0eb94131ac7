using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Adds notices, always inside the transaction of what they tell of: what is rolled back is not told, and what is committed is not lost.</summary>
public sealed class NoticeOutbox(TimeProvider clock)
{
    private const string Add = """
        INSERT INTO "notices" ("Id", "TenantId", "Event", "At", "KeyId", "KeyName", "KeyShown", "ActorId", "Data", "OnceKey", "OnlyFor", "IsSpread", "IsInBell")
        VALUES (@id, @tenant, @event, @at, @key, @name, @shown, @actor, @data, @once, @receiver, @no, @no)
        ON CONFLICT DO NOTHING
        """;

    private static readonly string[] Columns = ["id", "tenant", "event", "at", "key", "name", "shown", "actor", "data", "once", "receiver", "no"];

    private Action? added;

    /// <summary>Adds one notice. It costs the transaction one row; who gets it is found out afterwards.</summary>
    /// <param name="db">In the transaction of what is told of, bound to <paramref name="tenant"/> or to none.</param>
    /// <param name="keyId">The key that it is about.</param>
    /// <param name="data">What is told beside, under names in snake_case: no secret, no personal data.</param>
    /// <param name="actorId">The id of the person who did it; null: the program.</param>
    /// <param name="onceKey">At most 100 characters; a tenant gets one notice of this key for as long as that is kept, 90 days.</param>
    /// <returns>False: there is one of this <paramref name="onceKey"/>.</returns>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    public Task<bool> AddAsync(DashboardDbContext db, string tenant, NoticeEvent what, Guid? keyId, JsonObject data, Guid? actorId = null, string? onceKey = null) =>
        AddAsync(db, tenant, what, keyId, data, actorId, onceKey, onlyFor: null);

    /// <param name="onlyFor">The one receiver that it is for.</param>
    internal async Task<bool> AddAsync(
        DashboardDbContext db, string tenant, NoticeEvent what, Guid? keyId, JsonObject data, Guid? actorId, string? onceKey, Guid? onlyFor, Guid? id = null)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("A notice is added in the transaction of what it tells of.");
        }

        var now = clock.GetUtcNow();
        var (name, shown) = keyId is { } key ? await NamedAsync(db, tenant, key, data) : default;
        await using var add = new BatchCommand(db, Add, Columns);
        var isNew = await add.RunAsync(
            id ?? Guid.CreateVersion7(now), tenant, (int)what, now.ToUnixTimeMilliseconds(), keyId, name, shown, actorId, data.ToJsonString(), onceKey, onlyFor, false) > 0;
        if (isNew)
        {
            WakeOnCommit(db);
        }

        return isNew;
    }

    /// <summary>For the courier: calls <paramref name="told"/> once a notice was committed by this process; it must return at once and not throw.</summary>
    internal void Listen(Action told) => added += told;

    /// <summary>There is something to deliver once the transaction of <paramref name="db"/> is committed.</summary>
    internal void WakeOnCommit(DashboardDbContext db)
    {
        if (added is { } told)
        {
            db.ToldOnCommit.Add(told);
        }
    }

    /// <summary>What the key is called now, also in the transaction that makes or deletes it.</summary>
    private static async Task<(string? Name, string? Shown)> NamedAsync(DashboardDbContext db, string tenant, Guid id, JsonObject data)
    {
        if (db.Set<ApiKey>().Local.FindEntry(id)?.Entity is { } tracked)
        {
            return (tracked.Name, ShownOf(tracked.Key));
        }

        return await db.Set<ApiKey>().IgnoreQueryFilters().AsNoTracking().Where(k => k.Id == id && k.TenantId == tenant).Select(k => new { k.Name, k.Key }).SingleOrDefaultAsync() is { } stored
            ? (stored.Name, ShownOf(stored.Key))
            : (data["name"]?.GetValue<string>(), null);
    }

    private static string ShownOf(string key) => $"{key[..16]}…{key[^4..]}";
}
