using System.Text.Json.Nodes;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Adds notices, always inside the transaction of what they tell of: what is rolled back is not told, and what is committed is not lost.</summary>
public sealed class NoticeOutbox(TimeProvider clock)
{
    /// <summary>Adds one notice. It costs the transaction one row; who gets it is found out afterwards.</summary>
    /// <param name="db">In the transaction of what is told of, bound to <paramref name="tenant"/> or to none.</param>
    /// <param name="keyId">The key that it is about.</param>
    /// <param name="data">What is told beside, under names in snake_case: no secret, no personal data.</param>
    /// <param name="actorId">The id of the person who did it; null: the program.</param>
    /// <param name="onceKey">At most 100 characters; a tenant gets at most one notice of this key, ever (as long as notices are kept: 90 days after it).</param>
    /// <returns>False: there is one of this <paramref name="onceKey"/>.</returns>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    public Task<bool> AddAsync(DashboardDbContext db, string tenant, NoticeEvent what, Guid? keyId, JsonObject data, Guid? actorId = null, string? onceKey = null) =>
        throw new NotImplementedException(clock.ToString());
}
