using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>A notice in the bell, and whether the caller has read it.</summary>
public sealed record BellNotice(Notice Notice, bool IsRead);

/// <summary>
/// What a tenant's people are told in the top bar, kept for <see cref="NoticeSweeper.NoticesKept"/>; who has read what is each person's own. Needs <c>admin.integrations</c> or
/// <c>audit.integrations</c>.
/// </summary>
public sealed class NoticeBell(Database database)
{
    /// <summary>The latest, of which the unread are counted; so that the count costs the same however many there are.</summary>
    public const int MostLookedAt = 500;

    public const int MaxPerPage = 100;

    /// <summary>How many of the latest <see cref="MostLookedAt"/> the caller has not read.</summary>
    public async Task<Result<int>> UnreadAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var person = await PersonAsync(db, caller, cancellationToken);
        return await Unread(db, person).CountAsync(cancellationToken);
    }

    /// <summary>The latest first.</summary>
    /// <param name="before">Only those before this one; null: from the latest on.</param>
    /// <param name="most">1–100.</param>
    public async Task<Result<IReadOnlyList<BellNotice>>> ListAsync(Guid? before, int most, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var person = await PersonAsync(db, caller, cancellationToken);
        var all = db.Set<NoticeRow>().Where(n => n.IsInBell);
        var rows = await (before is { } latest ? all.Where(n => n.Id < latest) : all).OrderByDescending(n => n.Id).Take(Math.Clamp(most, 1, MaxPerPage)).ToListAsync(cancellationToken);
        var ids = rows.Select(n => n.Id).ToList();
        var read = await db.Set<NoticeRead>().Where(r => r.PersonId == person && ids.Contains(r.NoticeId)).Select(r => r.NoticeId).ToListAsync(cancellationToken);
        var people = await NoticePeople.LabelsAsync(db, rows.Select(n => n.ActorId), cancellationToken);
        return Result<IReadOnlyList<BellNotice>>.Of([.. rows.Select(n => new BellNotice(n.ToNotice(people.GetValueOrDefault(n.ActorId ?? Guid.Empty)), read.Contains(n.Id)))]);
    }

    /// <summary>The caller has read these; of the tenant's others nothing changes.</summary>
    /// <param name="ids">Null: all that <see cref="UnreadAsync"/> counts.</param>
    public async Task<Result<Nothing>> MarkReadAsync(IReadOnlyCollection<Guid>? ids, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        return await database.WriteAsync<Result<Nothing>>(
            caller.TenantId,
            async db =>
            {
                if (await PersonAsync(db, caller, CancellationToken.None) is { } person)
                {
                    foreach (var notice in (await Unread(db, person).ToListAsync(CancellationToken.None)).Where(id => ids?.Contains(id) != false))
                    {
                        db.Add(new NoticeRead { TenantId = caller.TenantId, PersonId = person, NoticeId = notice });
                    }
                }

                return default(Nothing);
            },
            cancellationToken: cancellationToken);
    }

    private static IQueryable<Guid> Unread(DashboardDbContext db, Guid? person) => db.Set<NoticeRow>().Where(n => n.IsInBell).OrderByDescending(n => n.Id).Take(MostLookedAt).Select(n => n.Id)
        .Where(id => !db.Set<NoticeRead>().Any(r => r.PersonId == person && r.NoticeId == id));

    /// <summary>Who signs in stands in the log; null: somebody who never did.</summary>
    private static async Task<Guid?> PersonAsync(DashboardDbContext db, Caller caller, CancellationToken cancellationToken) =>
        await db.Set<Person>().AsNoTracking().Where(p => p.Subject == caller.Subject).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken);
}
