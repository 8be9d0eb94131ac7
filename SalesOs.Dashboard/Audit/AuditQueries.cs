using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>One page of a tenant's log, newest first.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PerPage">1–100.</param>
/// <param name="Actor">A person's id here, or their <c>sub</c>, e-mail address or name, as <see cref="Person.IsCalled"/> compares them.</param>
/// <param name="Action">One of <see cref="AuditActions.Choices"/>.</param>
/// <param name="KeyId">Also of a key that is deleted.</param>
/// <param name="From">The first moment.</param>
/// <param name="To">The moment after the last.</param>
/// <param name="AnyKeyOf">Entries of any of these keys, at most some hundred; null: of every key, and of none.</param>
public sealed record AuditFilter(
    int Page = 1,
    int PerPage = 25,
    string? Actor = null,
    string? Action = null,
    Guid? KeyId = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    IReadOnlyList<Guid>? AnyKeyOf = null);

/// <summary>An entry as people and programs see it; what identifies a person is null once it is erased, and for what the program did itself.</summary>
/// <param name="Actor">The e-mail address or name that the person had then, or <c>service_role</c>.</param>
/// <param name="Sequence">From 1, without a gap.</param>
/// <param name="Outcome"><c>ok</c> or <c>refused</c>.</param>
/// <param name="RequestId">Of the request or the page's action that did it.</param>
/// <param name="Detail">What was made or changed: for an edit <c>before</c> and <c>after</c>.</param>
/// <param name="PreviousHash">Lowercase hex of the entry before; zeros for the first.</param>
/// <param name="Hash">Lowercase hex of SHA-256 over the previous hash and this entry's canonical bytes.</param>
public record AuditEntryView(
    long Sequence,
    Guid Id,
    DateTimeOffset At,
    string Action,
    string Outcome,
    Guid? ActorId,
    string? Actor,
    string? Address,
    string? Agent,
    Guid? KeyId,
    string? RequestId,
    JsonObject? Detail,
    string PreviousHash,
    string Hash);

/// <param name="Total">Entries that match, on all pages.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntryView> Entries, long Total);

/// <summary>The log for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>), of their own tenant.</summary>
public sealed class AuditQueries(Database database, AuditVerification verification, AuditSigner signer)
{
    public const int MaxPerPage = 100;

    public async Task<Result<AuditPage>> ListAsync(AuditFilter filter, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var matching = await MatchingAsync(db, filter, cancellationToken);
        var total = await matching.LongCountAsync(cancellationToken);
        var cut = Math.Clamp(filter.PerPage, 1, MaxPerPage);
        var skip = (Math.Max(filter.Page, 1) - 1L) * cut;
        if (skip >= total)
        {
            return new AuditPage([], total);
        }

        var entries = await matching.OrderByDescending(e => e.Sequence).Skip((int)skip).Take(cut).Include(e => e.Personal).ToListAsync(cancellationToken);
        return new AuditPage([.. entries.Select(ViewOf)], total);
    }

    /// <summary>Whether the chain of the caller's tenant is whole; entries that held within the past hour are not read again.</summary>
    /// <param name="full">Recomputes every entry that is kept.</param>
    public async Task<Result<ChainVerdict>> VerifyAsync(Caller caller, bool full = false, CancellationToken cancellationToken = default) =>
        caller.CanSeeKeys ? await verification.VerifyAsync(caller.TenantId, full, cancellationToken) : Error.Missing(Capabilities.AuditIntegrations);

    /// <summary>The signatures under the chain of the caller's tenant, newest first, and the public key that they hold against.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    public async Task<Result<CheckpointPage>> CheckpointsAsync(int page, int perPage, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var total = await db.Set<AuditCheckpoint>().LongCountAsync(cancellationToken);
        var cut = Math.Clamp(perPage, 1, MaxPerPage);
        var skip = (Math.Max(page, 1) - 1L) * cut;
        var checkpoints = skip >= total
            ? []
            : await db.Set<AuditCheckpoint>().OrderByDescending(c => c.Sequence).Skip((int)skip).Take(cut).ToListAsync(cancellationToken);
        return new CheckpointPage(caller.TenantId, [.. checkpoints.Select(SignedCheckpoint.Of)], total, AuditPublicKey.Of(signer));
    }

    /// <summary>The people whom a filter may mean.</summary>
    internal static async Task<List<Guid>> ActorsAsync(DashboardDbContext db, string actor, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(actor, "D", out var id) && await db.Set<Person>().AnyAsync(p => p.Id == id, cancellationToken))
        {
            return [id];
        }

        // Compared here: no second copy of what identifies people, folded, is kept to be erased with them.
        var meant = new List<Guid>();
        await foreach (var person in db.Set<Person>().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (person.IsCalled(actor))
            {
                meant.Add(person.Id);
            }
        }

        return meant;
    }

    private static async Task<IQueryable<AuditEntry>> MatchingAsync(DashboardDbContext db, AuditFilter filter, CancellationToken cancellationToken)
    {
        IQueryable<AuditEntry> entries = db.Set<AuditEntry>();
        if (filter.Actor is { } actor)
        {
            var people = (await ActorsAsync(db, actor, cancellationToken)).Select(id => (Guid?)id).ToList();
            entries = entries.Where(e => people.Contains(e.ActorId));
        }

        if (filter.Action is { } action)
        {
            entries = AuditActions.Of(entries, action);
        }

        if (filter.KeyId is { } key)
        {
            entries = entries.Where(e => e.KeyId == key);
        }

        if (filter.AnyKeyOf is { } keys)
        {
            var nullable = keys.Select(k => (Guid?)k).ToList();
            entries = entries.Where(e => nullable.Contains(e.KeyId));
        }

        if (filter.From is { } from)
        {
            entries = entries.Where(e => e.At >= from);
        }

        return filter.To is { } to ? entries.Where(e => e.At < to) : entries;
    }

    internal static AuditEntryView ViewOf(AuditEntry entry)
    {
        var personal = entry.Personal is { } kept ? JsonElement.Parse(kept.Data) : default;
        return new AuditEntryView(
            entry.Sequence,
            entry.Id,
            entry.At,
            entry.Action,
            entry.Outcome,
            entry.ActorId,
            Of("email") ?? Of("name") ?? Of("subject"),
            Of("address"),
            Of("agent"),
            entry.KeyId,
            entry.RequestId,
            AuditCanonical.Read(entry.Canonical)?.Detail,
            Convert.ToHexStringLower(entry.PreviousHash),
            Convert.ToHexStringLower(entry.Hash));

        string? Of(string name) => personal.ValueKind == JsonValueKind.Object && personal.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
