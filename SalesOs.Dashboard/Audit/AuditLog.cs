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

/// <summary>Where something came from that nobody is proven to have done.</summary>
public sealed record AuditOrigin(string? Address, string? Agent, string? RequestId);

/// <summary>A room above the log that follows what is entered into it.</summary>
public interface IEntryFollower
{
    /// <summary>Called with each new entry, in its transaction; what this throws undoes the act with it.</summary>
    /// <param name="tenant">Whose chain it is.</param>
    /// <param name="actor">The <see cref="Person.Id"/> of who did it; null: the program, or nobody who was proven.</param>
    Task FollowAsync(DashboardDbContext db, string tenant, AuditEvent what, Guid? actor);
}

/// <summary>Appends to a tenant's chain, always inside the transaction of the change that the entry tells of.</summary>
public sealed partial class AuditLog(AuditSigner signer, TimeProvider clock, ILogger<AuditLog> logger, IEnumerable<IEntryFollower> followers)
{
    /// <summary>The chain of what belongs to no tenant; the sign keeps it apart from every tenant's id.</summary>
    public const string Platform = "$platform";

    /// <summary>Entries between two checkpoints, at most; an hour that has entries ends with one in any case.</summary>
    public const int EntriesPerCheckpoint = 1000;

    /// <summary>
    /// Adds the entry to <paramref name="db"/>, whose transaction must be open and hold the write lock: only then is the head that is read
    /// here still the head at the commit.
    /// </summary>
    /// <param name="caller">Null when the program acts by itself, or when nobody was proven.</param>
    /// <param name="origin">Where it came from when nobody was proven.</param>
    /// <returns>The <see cref="Person.Id"/> of the caller.</returns>
    /// <exception cref="InvalidOperationException">No transaction is open, or the context has no tenant.</exception>
    public async Task<Guid?> AppendAsync(DashboardDbContext db, AuditEvent what, Caller? caller, AuditOrigin? origin = null) =>
        (await AddAsync(db, what, caller, origin)).ActorId;

    /// <inheritdoc cref="AppendAsync"/>
    /// <returns>The entry, not yet saved.</returns>
    internal async Task<AuditEntry> AddAsync(DashboardDbContext db, AuditEvent what, Caller? caller, AuditOrigin? origin = null)
    {
        if (db.Database.CurrentTransaction is null || db.TenantId is not { } tenant)
        {
            throw new InvalidOperationException("An audit entry is written in the transaction of its change.");
        }

        var now = clock.GetUtcNow();
        var person = caller is null ? null : await PersonAsync(db, caller);
        var head = await HeadAsync(db, tenant, now);
        // What was not proven before is not proven by writing on.
        var proven = head.Sequence == 0 && head.Mac.Length == 0 && head.UnprovenFrom is null || signer.IsProven(head);
        if (proven && head.Sequence > head.CheckpointedThrough && HourOf(head.At) < HourOf(now))
        {
            await SignAsync(db, head);
        }

        var sequence = head.Sequence + 1;
        var seen = caller is null ? origin : new AuditOrigin(caller.Address, caller.Agent, caller.RequestId);
        var personal = seen is null ? null : PersonalOf(caller, seen, tenant, sequence);
        var canonical = new AuditCanonical(
            tenant,
            sequence,
            Guid.CreateVersion7(now),
            now,
            what.Action,
            what.Refused ? "refused" : "ok",
            person?.Id,
            what.KeyId,
            seen?.RequestId,
            personal is null ? null : AuditCanonical.PersonalHash(personal.Salt, personal.Data),
            what.Detail);
        var bytes = canonical.ToBytes();
        var entry = new AuditEntry
        {
            TenantId = tenant,
            Sequence = sequence,
            Id = canonical.Id,
            At = canonical.At,
            Action = canonical.Action,
            Outcome = canonical.Outcome,
            ActorId = canonical.Actor,
            KeyId = canonical.Key,
            RequestId = canonical.Request,
            Canonical = bytes,
            PreviousHash = head.Hash,
            Hash = AuditCanonical.HashOf(head.Hash, bytes),
            Personal = personal,
        };
        db.Add(entry);
        db.Mark = signer.Mark(tenant, sequence, entry.Hash);
        (head.Sequence, head.Hash, head.At) = (sequence, entry.Hash, now);
        if (proven)
        {
            head.Mac = signer.MacOf(head);
            if (sequence - head.CheckpointedThrough >= EntriesPerCheckpoint)
            {
                await SignAsync(db, head);
            }
        }
        else
        {
            head.Mac = [];
            head.UnprovenFrom ??= sequence;
            HeadNotProven(tenant, head.UnprovenFrom.Value);
        }

        foreach (var follower in followers)
        {
            await follower.FollowAsync(db, tenant, what, entry.ActorId);
        }

        return entry;
    }

    /// <summary>Signs the chain as it stands, when entries were written since the last checkpoint.</summary>
    internal async Task CheckpointAsync(DashboardDbContext db)
    {
        if (await db.Set<AuditHead>().SingleOrDefaultAsync() is { } head && head.Sequence > head.CheckpointedThrough && signer.IsProven(head))
        {
            await SignAsync(db, head);
        }
    }

    internal static long HourOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 3600;

    private async Task SignAsync(DashboardDbContext db, AuditHead head)
    {
        if (!await db.Set<AuditCheckpoint>().AnyAsync(c => c.Sequence == head.Sequence))
        {
            db.Add(signer.Checkpoint(head));
        }

        head.CheckpointedThrough = head.Sequence;
    }

    private async Task<AuditHead> HeadAsync(DashboardDbContext db, string tenant, DateTimeOffset now)
    {
        if ((db.Set<AuditHead>().Local.FirstOrDefault() ?? await db.Set<AuditHead>().SingleOrDefaultAsync()) is { } head)
        {
            return head;
        }

        head = AuditHead.Empty(tenant, now);
        db.Add(head);
        var latest = await db.Set<AuditEntry>().AsNoTracking().OrderByDescending(e => e.Sequence).FirstOrDefaultAsync();
        var signed = await db.Set<AuditCheckpoint>().AsNoTracking().OrderByDescending(c => c.Sequence).FirstOrDefaultAsync();
        if (latest is not null || signed is not null)
        {
            // The head was removed from under the chain: it goes on from what is there, unproven from here on.
            (head.Sequence, head.Hash) = latest is not null && latest.Sequence >= (signed?.Sequence ?? 0) ? (latest.Sequence, latest.Hash) : (signed!.Sequence, signed.Hash);
            head.UnprovenFrom = head.Sequence + 1;
        }

        return head;
    }

    [LoggerMessage(1000, LogLevel.Critical, "The end of the audit log of tenant {Tenant} was changed outside the program; what was written from entry {Sequence} on is not proven. Verify the log against an earlier checkpoint.")]
    private partial void HeadNotProven(string tenant, long sequence);

    /// <summary>The row that stands for the caller in the context's tenant, made where there is none; not yet saved.</summary>
    internal static async Task<Person> PersonAsync(DashboardDbContext db, Caller caller)
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

    private static AuditPersonal PersonalOf(Caller? caller, AuditOrigin origin, string tenant, long sequence)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("subject", caller?.Subject);
            json.WriteString("name", Cut(caller?.Name));
            json.WriteString("email", Cut(caller?.Email));
            json.WriteString("address", origin.Address);
            json.WriteString("agent", Cut(origin.Agent));
            json.WriteEndObject();
        }

        return new AuditPersonal { TenantId = tenant, Sequence = sequence, Salt = RandomNumberGenerator.GetBytes(16), Data = buffer.WrittenSpan.ToArray() };
    }

    private static string? Cut(string? text) => text is { Length: > Person.MaxTextLength } ? text[..Person.MaxTextLength] : text;
}
