using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>Who of a tenant's people has left. Nothing that they made stops by that; what they owned is without an owner.</summary>
public sealed class PersonDepartures(Database database, AuditLog audit, TimeProvider clock)
{
    /// <summary>An admin says that a person has left; saying it twice changes nothing. Needs <c>admin.integrations</c>.</summary>
    /// <param name="id"><see cref="Person.Id"/>.</param>
    /// <returns>Since when they have left. <c>NotFound</c>: nobody in the caller's tenant has this id, it is a program's or a team's, or the person was erased.</returns>
    public async Task<Result<DateTimeOffset>> SayAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        return await database.WriteAsync<Result<DateTimeOffset>>(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == id && p.Kind == CallerKind.User && p.Subject != null) is not { } person)
                {
                    return new Error(ErrorReason.NotFound);
                }

                await LeaveAsync(db, person, caller);
                return person.LeftAt!.Value;
            },
            cancellationToken: cancellationToken);
    }

    /// <summary>The provider says that the account is gone or disabled: the person has left every tenant that knows them.</summary>
    /// <param name="subject">The provider's <c>sub</c>.</param>
    public async Task NoteAsync(string subject, CancellationToken cancellationToken = default)
    {
        List<string> tenants;
        await using (var db = database.Read(tenantId: null))
        {
            tenants = await db.Set<Person>().IgnoreQueryFilters()
                .Where(p => p.Subject == subject && p.Kind == CallerKind.User && p.LeftAt == null).Select(p => p.TenantId).ToListAsync(cancellationToken);
        }

        foreach (var tenant in tenants)
        {
            await database.WriteAsync(
                tenant,
                async db =>
                {
                    if (await db.Set<Person>().SingleOrDefaultAsync(p => p.Subject == subject) is { } person)
                    {
                        await LeaveAsync(db, person, caller: null);
                    }

                    return true;
                },
                cancellationToken: cancellationToken);
        }
    }

    /// <summary>Whoever signs in is there again; in the transaction of the sign-in.</summary>
    /// <param name="id">Of the person, as the sign-in's entry has given it.</param>
    public static async Task ReturnAsync(DashboardDbContext db, AuditLog audit, Guid? id, Caller caller)
    {
        if (db.Set<Person>().Local.FirstOrDefault(p => p.Id == id) is { LeftAt: not null } person)
        {
            person.LeftAt = null;
            await audit.AppendAsync(db, new AuditEvent(AuditActions.PersonReturned, Detail: new JsonObject { ["person"] = person.Id }), caller);
        }
    }

    /// <param name="caller">Null: the provider says so.</param>
    private async Task LeaveAsync(DashboardDbContext db, Person person, Caller? caller)
    {
        if (person.LeftAt is not null)
        {
            return;
        }

        // Whole milliseconds, as they are stored.
        person.LeftAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var detail = new JsonObject { ["person"] = person.Id, ["by"] = caller is null ? "provider" : "admin" };
        await audit.AppendAsync(db, new AuditEvent(AuditActions.PersonLeft, Detail: detail), caller);
    }
}
