using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>The names of people behind the ids that notices keep.</summary>
internal static class NoticePeople
{
    /// <summary>By their ids, of the tenant of <paramref name="db"/>; null once erased.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string?>> LabelsAsync(DashboardDbContext db, IEnumerable<Guid?> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.OfType<Guid>().Distinct().ToList();
        return wanted.Count == 0
            ? new Dictionary<Guid, string?>()
            : (await db.Set<Person>().AsNoTracking().Where(p => wanted.Contains(p.Id)).ToListAsync(cancellationToken)).ToDictionary(p => p.Id, p => p.Label);
    }
}
