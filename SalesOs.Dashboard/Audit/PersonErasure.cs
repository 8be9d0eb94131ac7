using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>What a room above the log keeps of a person beside it.</summary>
public interface IPersonTraces
{
    /// <summary>The entities that hold it.</summary>
    IEnumerable<Type> Rows { get; }

    /// <summary>Erases it in the transaction of <paramref name="db"/>; gives how many rows were touched.</summary>
    /// <param name="person"><see cref="Person.Id"/>.</param>
    /// <param name="addresses">Those that the person's entries were made from.</param>
    /// <param name="emails">The e-mail addresses that the person had.</param>
    Task<int> EraseAsync(DashboardDbContext db, Guid person, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string> emails);
}

/// <summary>What an erasure did; it may be done again, and then touches little.</summary>
/// <param name="Entries">Entries of the log from which the personal data was taken.</param>
/// <param name="Traces">Rows beside the log.</param>
/// <param name="Wiped">What was erased is also gone from the places on the disk where it stood. False: do it once more.</param>
public sealed record Erasure(long Entries, long Traces, bool Wiped);

/// <summary>
/// Erases what identifies a person (guarantee A4): from the log, from the row that stands for them, and from the records of what their keys were
/// used from. Their acts stay, under an id that says nothing. Not erased are what people typed into names, notes and reasons, exports and backups.
/// </summary>
public sealed class PersonErasure(Database database, AuditLog audit, IEnumerable<IPersonTraces> rooms)
{
    /// <summary>Erases in one transaction, with an entry of its own, then wipes the database, during which other changes wait.</summary>
    /// <param name="id"><see cref="Person.Id"/>, as <c>actor_id</c> of an entry has it.</param>
    /// <returns><c>NotFound</c>: nobody in the caller's tenant has this id, or it is a program's. Needs <c>admin.integrations</c>.</returns>
    public async Task<Result<Erasure>> EraseAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        var erased = await database.WriteAsync(caller.TenantId, db => EraseAsync(db, id, caller), cancellationToken: cancellationToken);
        return erased.Done ? erased.Value with { Wiped = await database.WipeFreedAsync([typeof(Person), typeof(AuditPersonal), .. rooms.SelectMany(room => room.Rows)], cancellationToken) } : erased;
    }

    private async Task<Result<Erasure>> EraseAsync(DashboardDbContext db, Guid id, Caller caller)
    {
        if (await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == id && p.Kind != CallerKind.Service) is not { } person)
        {
            return new Error(ErrorReason.NotFound);
        }

        var addresses = await PersonalAsync(db, id, "address");
        var emails = await PersonalAsync(db, id, "email");
        if (person.Email is { } email)
        {
            emails.Add(email);
        }

        await audit.AppendAsync(db, new AuditEvent(AuditActions.PersonErased, Detail: new JsonObject { ["person"] = id }), caller);
        await db.SaveChangesAsync();
        // After the entry, which would put the caller's own data back when they erase themselves.
        (person.Subject, person.Name, person.Email) = (null, null, null);
        await db.SaveChangesAsync();
        var entries = await db.Set<AuditPersonal>()
            .Where(p => db.Set<AuditEntry>().Any(e => e.Sequence == p.Sequence && e.ActorId == id)).ExecuteDeleteAsync();
        var traces = 0;
        foreach (var room in rooms)
        {
            traces += await room.EraseAsync(db, id, addresses, emails);
        }

        return new Erasure(entries, traces, Wiped: false);
    }

    /// <summary>What stands under a name in the personal data of the person's entries.</summary>
    private static async Task<HashSet<string>> PersonalAsync(DashboardDbContext db, Guid id, string name)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var personal = db.Set<AuditEntry>().AsNoTracking().Where(e => e.ActorId == id && e.Personal != null).Select(e => e.Personal!.Data).AsAsyncEnumerable();
        await foreach (var data in personal)
        {
            if (JsonElement.Parse(data).TryGetProperty(name, out var value) && value.GetString() is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }
}
