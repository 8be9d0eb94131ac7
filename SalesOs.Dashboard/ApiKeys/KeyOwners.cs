using System.Net.Mail;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Who answers for a key: a person of the tenant, a program, or a team's address.</summary>
/// <param name="Id">Of their row in the Audit room.</param>
/// <param name="Label">The e-mail address or name of now; null once erased.</param>
/// <param name="IsGone">They have left, or were erased: the key is without an owner.</param>
public sealed record KeyOwner(Guid Id, string? Label, bool IsTeam, bool IsGone)
{
    internal static KeyOwner? Of(Person? person) => person is null ? null : new KeyOwner(person.Id, person.Label, person.Kind == CallerKind.Team, !person.IsThere);
}

/// <param name="Keys">That went to the new owner by this act.</param>
public sealed record HandedOver(int Keys);

/// <summary>
/// Gives keys to owners. A new owner is named by a text: the id of a person or a team, <see cref="Me"/>, or an e-mail address, which is the person's who has it, else a
/// team's. Changes need <c>admin.integrations</c>; each and its audit entry are one transaction.
/// </summary>
public sealed class KeyOwners(Database database, AuditLog audit, KeyRing ring, KeyFeed feed, IGateMemory memory)
{
    /// <summary>Whoever asks.</summary>
    public const string Me = "me";

    /// <summary>People and teams listed at most.</summary>
    public const int Most = 500;

    private const string TeamSubject = "team:";

    /// <summary>Whom keys can be given to, in the order of their labels. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
    public async Task<Result<IReadOnlyList<KeyOwner>>> ListAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var people = await db.Set<Person>().Where(p => p.Kind != CallerKind.Service && p.Subject != null && p.LeftAt == null)
            .OrderByDescending(p => p.Id).Take(Most).ToListAsync(cancellationToken);
        return Result<IReadOnlyList<KeyOwner>>.Of([.. people.Select(p => KeyOwner.Of(p)!).OrderBy(o => o.Label, StringComparer.OrdinalIgnoreCase).ThenBy(o => o.Id)]);
    }

    /// <summary>
    /// Gives all keys of one owner that are not revoked to another: in acts of at most <see cref="BulkRevocation.MostAtOnce"/> keys, each of which is done for all of them or for
    /// none, with an entry for each key; the last one has the entry that sums up. Keys that the owner gets meanwhile go along. <c>NotProven</c> as for an edit; asked again, it goes on.
    /// </summary>
    /// <param name="from"><see cref="Me"/>, or an id, <c>sub</c>, e-mail address or name that means one person or team, who may have left or be erased.</param>
    /// <param name="to">The new owner.</param>
    public async Task<Result<HandedOver>> HandOverAsync(string? from, string? to, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (await GiverAsync(from, caller, cancellationToken) is not { } giver)
        {
            // Who has done nothing yet owns nothing.
            return from?.Trim() == Me ? new HandedOver(0) : Error.Invalid([new RuleFault("from", "owner_unknown", from ?? "")]);
        }

        var count = 0;
        var isProven = true;
        for (var isLast = false; !isLast;)
        {
            var sofar = count;
            var batch = await database.WriteAsync(caller.TenantId, db => HandOverSomeAsync(db, giver, to, sofar, caller), done => done.Value?.Keys.ForEach(ring.Follow), cancellationToken);
            if (!batch.Done)
            {
                return batch.Error;
            }

            var keys = batch.Value.Keys;
            (count, isLast) = (count + keys.Count, batch.Value.IsLast);
            if (keys.Count > 0)
            {
                feed.Publish(caller.TenantId, KeyChange.Keys, [.. keys.Select(k => k.Id)]);
                isProven = await memory.FenceAsync([.. keys.Select(KeyFences.Of)]) && isProven;
            }
        }

        return isProven ? new HandedOver(count) : KeyFences.NotProven;
    }

    /// <summary>The row of the key's owner; null where there is none. Also one that is about to be saved.</summary>
    internal static async Task<Person?> OwnerAsync(DashboardDbContext db, ApiKey key) =>
        db.Set<Person>().Local.FirstOrDefault(p => p.Id == key.Owner) ?? await db.Set<Person>().FirstOrDefaultAsync(p => p.Id == key.Owner);

    /// <summary>Gives the key to an owner in the open transaction of <paramref name="db"/>, with its entry; the caller's capability is judged before. Changes nothing where it is refused.</summary>
    /// <param name="owner">As people and programs name one.</param>
    internal async Task<Error?> GiveAsync(DashboardDbContext db, ApiKey key, string? owner, Caller caller)
    {
        var found = await TakerAsync(db, "owner", owner, caller);
        if (found.Done)
        {
            await GiveAsync(db, key, found.Value, caller);
        }

        return found.Error;
    }

    private async Task GiveAsync(DashboardDbContext db, ApiKey key, Person owner, Caller caller)
    {
        var before = key.Owner;
        if (key.GiveTo(owner.Id))
        {
            var detail = new JsonObject { ["name"] = key.Name, ["previous_owner"] = before, ["owner"] = owner.Id };
            await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyOwnerChanged, key.Id, detail), caller);
        }
    }

    private async Task<Guid?> GiverAsync(string? from, Caller caller, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(from))
        {
            return null;
        }

        await using var db = database.Read(caller.TenantId);
        return await AuditQueries.ActorsAsync(db, from.Trim() == Me ? caller.Subject : from, cancellationToken) is [var only] ? only : null;
    }

    private async Task<Result<Batch>> HandOverSomeAsync(DashboardDbContext db, Guid giver, string? to, int before, Caller caller)
    {
        var taker = await TakerAsync(db, "to", to, caller);
        if (!taker.Done)
        {
            return taker.Error;
        }

        if (taker.Value.Id == giver)
        {
            return Error.Invalid([new RuleFault("to", "owner_same")]);
        }

        var ids = await db.Set<ApiKey>().OwnedBy(giver).OrderBy(k => k.TenantId).Take(int.MaxValue).OrderBy(k => k.Id).Select(k => k.Id).Take(BulkRevocation.MostAtOnce + 1).ToListAsync();
        var keys = await db.RowsAsync([.. ids.Take(BulkRevocation.MostAtOnce)], CancellationToken.None);
        // A team that is new must be there before its keys are; and each look at what is tracked would compare everything that is.
        await db.SaveChangesAsync();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        foreach (var key in keys)
        {
            await GiveAsync(db, key, taker.Value, caller);
        }

        var isLast = ids.Count <= BulkRevocation.MostAtOnce;
        if (isLast && before + keys.Count > 0)
        {
            var detail = new JsonObject { ["previous_owner"] = giver, ["owner"] = taker.Value.Id, ["count"] = before + keys.Count };
            await audit.AppendAsync(db, new AuditEvent(AuditActions.KeysHandedOver, Detail: detail), caller);
        }

        db.ChangeTracker.AutoDetectChangesEnabled = true;
        return new Batch(keys, isLast);
    }

    /// <summary>Whoever is to own a key; a team that is new is made, and not yet saved.</summary>
    /// <param name="field">Where the text stands, for its fault.</param>
    private static async Task<Result<Person>> TakerAsync(DashboardDbContext db, string field, string? text, Caller caller)
    {
        var said = text?.Trim() ?? "";
        if (said.Length == 0)
        {
            return Error.Invalid([new RuleFault(field, "owner_required")]);
        }

        if (said == Me)
        {
            return await AuditLog.PersonAsync(db, caller);
        }

        if (Guid.TryParseExact(said, "D", out var id))
        {
            return await db.Set<Person>().FirstOrDefaultAsync(p => p.Id == id) is not { Subject: not null } person ? Unknown(field, said)
                : person.IsThere ? person
                : Gone(field, said);
        }

        if (said.Length > Person.MaxTextLength || said.Any(char.IsControl) || !CodePoints.AreWhole(said) || !MailAddress.TryCreate(said, out var address) || address.Address != said)
        {
            return Unknown(field, said);
        }

        var team = TeamSubject + FoldedText.Caseless(said);
        var people = (await db.Set<Person>().AsNoTracking().Where(p => p.Email != null).ToListAsync()).Where(p => p.IsCalled(said)).OrderByDescending(p => p.Id).ToList();
        var known = people.FirstOrDefault(p => p.IsThere && p.Kind == CallerKind.User) ?? people.FirstOrDefault(p => p.Subject == team);
        return known is not null ? known
            : people.Count > 0 ? Gone(field, said)
            : db.Add(new Person { TenantId = caller.TenantId, Id = Guid.CreateVersion7(), Kind = CallerKind.Team, Subject = team[..Math.Min(team.Length, Person.MaxTextLength)], Email = said }).Entity;
    }

    private static Error Unknown(string field, string said) => Error.Invalid([new RuleFault(field, "owner_unknown", said)]);

    private static Error Gone(string field, string said) => Error.Invalid([new RuleFault(field, "owner_left", said)]);

    /// <summary>One act of a hand-over.</summary>
    private sealed record Batch(List<ApiKey> Keys, bool IsLast);
}
