using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Reviews;

/// <summary>What an erased person has written as the reason of a decision. The decisions stay, under an id that says nothing.</summary>
internal sealed class ReviewTraces : IPersonTraces
{
    public IEnumerable<Type> Rows => [typeof(ReviewedKey)];

    public Task<int> EraseAsync(DashboardDbContext db, Guid person, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string> emails) =>
        db.Set<ReviewedKey>().Where(k => k.DecidedById == person && k.Reason != null).ExecuteUpdateAsync(k => k.SetProperty(x => x.Reason, (string?)null));
}
