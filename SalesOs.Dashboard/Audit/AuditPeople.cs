using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>Somebody who stands in a tenant's log.</summary>
/// <param name="Label">The e-mail address or name of now, or <c>service_role</c>; null once erased.</param>
public sealed record AuditPerson(Guid Id, CallerKind Kind, string? Label);

/// <summary>Whom a tenant's log can be filtered by.</summary>
public sealed class AuditPeople(Database database)
{
    /// <summary>People listed at most; of more, those who came last.</summary>
    public const int Most = 500;

    /// <summary>In the order of their labels, the erased last.</summary>
    /// <returns>Null when the caller has neither capability.</returns>
    public async Task<IReadOnlyList<AuditPerson>?> ListAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return null;
        }

        await using var db = database.Read(caller.TenantId);
        // Ids are ordered by the time at which they were given.
        var people = await db.Set<Person>().Where(p => p.Kind != CallerKind.Team).OrderByDescending(p => p.Id).Take(Most).ToListAsync(cancellationToken);
        return [.. people.Select(p => new AuditPerson(p.Id, p.Kind, p.Label)).OrderBy(p => p.Label is null).ThenBy(p => p.Label, StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Id)];
    }
}
