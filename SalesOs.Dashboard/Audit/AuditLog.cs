using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>What happened, in one entry.</summary>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Detail">What was made or changed; never a secret, never personal data.</param>
public sealed record AuditEvent(string Action, Guid? KeyId = null, JsonObject? Detail = null, bool Refused = false);

/// <summary>Appends to a tenant's chain, always inside the transaction of the change that the entry tells of.</summary>
public sealed class AuditLog
{
    /// <summary>The chain of what belongs to no tenant; the sign keeps it apart from every tenant's id.</summary>
    public const string Platform = "$platform";

    private readonly TimeProvider clock;

    public AuditLog(TimeProvider clock) => this.clock = clock;

    /// <summary>
    /// Adds the entry to <paramref name="db"/>, whose transaction must be open and hold the write lock: only then is the head that is read
    /// here still the head at the commit.
    /// </summary>
    /// <param name="caller">Null when the program acts by itself.</param>
    /// <returns>The <see cref="Person.Id"/> of the caller.</returns>
    /// <exception cref="InvalidOperationException">No transaction is open, or the context has no tenant.</exception>
    public async Task<Guid?> AppendAsync(DashboardDbContext db, AuditEvent what, Caller? caller)
    {
        if (db.Database.CurrentTransaction is null || db.TenantId is not { } tenant)
        {
            throw new InvalidOperationException("An audit entry is written in the transaction of its change.");
        }

        var person = caller is null ? null : await PersonAsync(db, caller);
        var head = db.Set<AuditEntry>().Local.MaxBy(e => e.Sequence)
            ?? await db.Set<AuditEntry>().AsNoTracking().OrderByDescending(e => e.Sequence).FirstOrDefaultAsync();
        var personal = caller is null ? null : PersonalOf(caller, tenant, (head?.Sequence ?? 0) + 1);
        var canonical = new AuditCanonical(
            tenant,
            (head?.Sequence ?? 0) + 1,
            Guid.CreateVersion7(clock.GetUtcNow()),
            clock.GetUtcNow(),
            what.Action,
            what.Refused ? "refused" : "ok",
            person?.Id,
            what.KeyId,
            caller?.RequestId,
            personal is null ? null : AuditCanonical.PersonalHash(personal.Salt, personal.Data),
            what.Detail);
        var bytes = canonical.ToBytes();
        var previous = head?.Hash ?? new byte[SHA256.HashSizeInBytes];
        db.Add(new AuditEntry
        {
            TenantId = tenant,
            Sequence = canonical.Sequence,
            Id = canonical.Id,
            At = canonical.At,
            Action = canonical.Action,
            Outcome = canonical.Outcome,
            ActorId = canonical.Actor,
            KeyId = canonical.Key,
            RequestId = canonical.Request,
            Canonical = bytes,
            PreviousHash = previous,
            Hash = AuditCanonical.HashOf(previous, bytes),
            Personal = personal,
        });
        return person?.Id;
    }

    private static async Task<Person> PersonAsync(DashboardDbContext db, Caller caller)
    {
        var person = db.Set<Person>().Local.FirstOrDefault(p => p.Subject == caller.Subject)
            ?? await db.Set<Person>().FirstOrDefaultAsync(p => p.Subject == caller.Subject);
        if (person is null)
        {
            person = new Person { TenantId = db.TenantId!, Id = Guid.CreateVersion7(), Kind = caller.Kind, Subject = caller.Subject };
            db.Add(person);
        }

        // A token may lack what an earlier one had.
        person.Name = Cut(caller.Name) ?? person.Name;
        person.Email = Cut(caller.Email) ?? person.Email;
        return person;
    }

    private static AuditPersonal PersonalOf(Caller caller, string tenant, long sequence)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("subject", caller.Subject);
            json.WriteString("name", Cut(caller.Name));
            json.WriteString("email", Cut(caller.Email));
            json.WriteString("address", caller.Address);
            json.WriteString("agent", Cut(caller.Agent));
            json.WriteEndObject();
        }

        return new AuditPersonal { TenantId = tenant, Sequence = sequence, Salt = RandomNumberGenerator.GetBytes(16), Data = buffer.WrittenSpan.ToArray() };
    }

    private static string? Cut(string? text) => text is { Length: > Person.MaxTextLength } ? text[..Person.MaxTextLength] : text;
}
