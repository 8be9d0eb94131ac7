using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The sessions in the database, for every process that works on it. What has ended stays for <see cref="Kept"/> without its ticket.</summary>
internal sealed class SessionRows(Database database, IFeed feed, TimeProvider clock)
{
    /// <summary>Long enough for every process to see why its pages can't go on.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private const int Part = 500;

    private static readonly Expression<Func<SessionRow, bool>> IsOpen = s => s.Ended == null;

    private readonly Func<DashboardDbContext, Guid, Task<SessionRow?>> find =
        EF.CompileAsyncQuery((DashboardDbContext db, Guid id) => db.Set<SessionRow>().AsNoTracking().FirstOrDefault(s => s.Id == id));

    /// <summary>Takes all sessions out of a database that is about to take another's place (guarantee N7).</summary>
    public static Task DropAsync(DashboardDbContext db) => db.Set<SessionRow>().ExecuteDeleteAsync();

    public int Count()
    {
        using var db = database.Read(tenantId: null);
        return db.Set<SessionRow>().Count(IsOpen);
    }

    /// <summary>Also one that has ended a moment ago.</summary>
    public async Task<SessionRow?> FindAsync(Guid id)
    {
        await using var db = database.Read(tenantId: null);
        return await find(db, id);
    }

    /// <summary>Adds a session. Beyond <paramref name="capacity"/> the one longest unused ends.</summary>
    /// <returns>The one that has ended for it.</returns>
    public Task<Guid?> AddAsync(SessionRow row, int capacity) => database.WriteAsync(tenantId: null, async db =>
    {
        var open = db.Set<SessionRow>().Where(IsOpen);
        Guid? longestUnused = await open.CountAsync() >= capacity ? await open.OrderBy(s => s.UsedAt).ThenBy(s => s.Id).Select(s => s.Id).FirstAsync() : null;
        if (longestUnused is { } id)
        {
            await EndAsync(db, [id], Termination.Idle);
        }

        db.Add(row);
        return longestUnused;
    });

    /// <summary>What can be seen of these sessions without opening them; those that are no longer stored are left out.</summary>
    public async Task<IReadOnlyList<SessionState>> StatesAsync(IEnumerable<Guid> ids)
    {
        await using var db = database.Read(tenantId: null);
        var states = new List<SessionState>();
        foreach (var part in ids.Chunk(Part).Select(p => p.ToList()))
        {
            states.AddRange(await db.Set<SessionRow>().Where(s => part.Contains(s.Id))
                .Select(s => new SessionState(s.Id, s.Tenant, s.UsedAt, s.CheckedAt, s.Version, s.Ended)).ToListAsync());
        }

        return states;
    }

    /// <summary>Those that may be past their limits.</summary>
    public async Task<IReadOnlyList<(Guid Id, DateTimeOffset StartedAt, DateTimeOffset UsedAt)>> PastAsync(DateTimeOffset startedUpTo, DateTimeOffset usedUpTo)
    {
        await using var db = database.Read(tenantId: null);
        var past = await db.Set<SessionRow>().Where(IsOpen).Where(s => s.StartedAt <= startedUpTo || s.UsedAt <= usedUpTo)
            .Select(s => new { s.Id, s.StartedAt, s.UsedAt }).ToListAsync();
        return [.. past.Select(s => (s.Id, s.StartedAt, s.UsedAt))];
    }

    /// <summary>Ending one twice changes nothing; the first reason stays.</summary>
    public Task EndAsync(IReadOnlyCollection<(Guid Id, Termination Why)> ends) => database.WriteAsync(tenantId: null, async db =>
    {
        foreach (var reason in ends.GroupBy(e => e.Why, e => e.Id))
        {
            await EndAsync(db, [.. reason], reason.Key);
        }

        return true;
    });

    /// <summary>Writes when people last acted, where it is later than what is stored.</summary>
    public Task UseAsync(IReadOnlyCollection<(Guid Id, DateTimeOffset At)> uses) => database.WriteAsync(tenantId: null, async db =>
    {
        foreach (var (id, at) in uses.OrderBy(u => u.Id))
        {
            await db.Set<SessionRow>().Where(IsOpen).Where(s => s.Id == id && s.UsedAt < at).ExecuteUpdateAsync(set => set.SetProperty(s => s.UsedAt, at));
        }

        return true;
    });

    public Task ChooseAsync(Guid id, string? tenant) => database.WriteAsync(tenantId: null, async db =>
    {
        await feed.TellAsync(db, Topic.SessionEnded);
        return await db.Set<SessionRow>().Where(IsOpen).Where(s => s.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Tenant, tenant).SetProperty(s => s.Version, s => s.Version + 1));
    });

    public Task ReplaceTicketAsync(Guid id, byte[] ticket) => database.WriteAsync(tenantId: null, db => db.Set<SessionRow>().Where(IsOpen).Where(s => s.Id == id)
        .ExecuteUpdateAsync(set => set.SetProperty(s => s.Ticket, ticket).SetProperty(s => s.Version, s => s.Version + 1)));

    /// <summary>
    /// Takes the right to ask the provider about a session that was last checked then: of all that find it due, one process has it. It lapses by itself, for
    /// a process that died meanwhile.
    /// </summary>
    public async Task<bool> TakeCheckAsync(Guid id, DateTimeOffset checkedAt, TimeSpan lapse)
    {
        var now = clock.GetUtcNow();
        var until = now + lapse;
        return await database.WriteAsync(tenantId: null, db => db.Set<SessionRow>().Where(IsOpen)
            .Where(s => s.Id == id && s.CheckedAt == checkedAt && (s.AskedUntil == null || s.AskedUntil <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.AskedUntil, until))) == 1;
    }

    /// <summary>Gives the right back: the provider was asked, whatever it said.</summary>
    public Task CheckedAsync(Guid id, DateTimeOffset at) => database.WriteAsync(tenantId: null, db => db.Set<SessionRow>().Where(s => s.Id == id)
        .ExecuteUpdateAsync(set => set.SetProperty(s => s.CheckedAt, at).SetProperty(s => s.AskedUntil, (DateTimeOffset?)null)));

    /// <summary>Those that a logout token of the provider means: of its session where it names one, else all of the person's.</summary>
    public async Task<IReadOnlyList<SessionRow>> OfAsync(string? providerSession, string? subject)
    {
        await using var db = database.Read(tenantId: null);
        return await Meant(db, providerSession, subject).AsNoTracking().ToListAsync();
    }

    /// <summary>Ends what a logout token means, once.</summary>
    /// <returns>Those that were meant, as they were before; null when the token was used before.</returns>
    public Task<IReadOnlyList<SessionRow>?> EndMeantAsync(UsedLogoutToken token, string? providerSession, string? subject, Termination why) =>
        database.WriteAsync<IReadOnlyList<SessionRow>?>(tenantId: null, async db =>
        {
            if (await db.Set<UsedLogoutToken>().AnyAsync(t => t.Digest == token.Digest))
            {
                return null;
            }

            db.Add(token);
            var meant = await Meant(db, providerSession, subject).AsNoTracking().ToListAsync();
            await EndAsync(db, [.. meant.Select(s => s.Id)], why);
            return meant;
        });

    /// <summary>Deletes what nobody asks for any more.</summary>
    public async Task ForgetAsync()
    {
        var now = clock.GetUtcNow();
        var endedUpTo = now - Kept;
        await using (var db = database.Read(tenantId: null))
        {
            if (!await db.Set<SessionRow>().AnyAsync(s => s.EndedAt <= endedUpTo) && !await db.Set<UsedLogoutToken>().AnyAsync(t => t.Until <= now))
            {
                return;
            }
        }

        await database.WriteAsync(tenantId: null, async db =>
            await db.Set<SessionRow>().Where(s => s.EndedAt <= endedUpTo).ExecuteDeleteAsync()
            + await db.Set<UsedLogoutToken>().Where(t => t.Until <= now).ExecuteDeleteAsync());
    }

    private static IQueryable<SessionRow> Meant(DashboardDbContext db, string? providerSession, string? subject)
    {
        var meant = db.Set<SessionRow>().Where(IsOpen);
        if (providerSession is not null)
        {
            var digest = SessionRow.DigestOf(providerSession);
            meant = meant.Where(s => s.ProviderSessionDigest == digest);
        }

        if (subject is not null)
        {
            var digest = SessionRow.DigestOf(subject);
            meant = meant.Where(s => s.SubjectDigest == digest);
        }

        return meant;
    }

    private async Task EndAsync(DashboardDbContext db, Guid[] ids, Termination why)
    {
        var now = clock.GetUtcNow();
        byte[] nothing = [];
        if (ids.Length > 0)
        {
            await feed.TellAsync(db, Topic.SessionEnded);
        }

        foreach (var part in ids.Chunk(Part).Select(p => p.ToList()))
        {
            await db.Set<SessionRow>().Where(IsOpen).Where(s => part.Contains(s.Id)).ExecuteUpdateAsync(set => set
                .SetProperty(s => s.Ended, why)
                .SetProperty(s => s.EndedAt, now)
                .SetProperty(s => s.Ticket, nothing));
        }
    }
}

/// <summary>What can be seen of a session without opening it.</summary>
internal sealed record SessionState(Guid Id, string? Tenant, DateTimeOffset UsedAt, DateTimeOffset CheckedAt, int Version, Termination? Ended);
