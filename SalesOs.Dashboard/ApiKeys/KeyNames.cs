using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What a key is called, also one that is deleted: of that one the audit log alone knows.</summary>
/// <param name="KeyPrefix">The first 16 characters, such as <c>sk_live_a1b2c3d4</c>.</param>
public sealed record KeyName(Guid Id, string Name, string KeyPrefix, bool Deleted);

/// <summary>Names for the ids in a tenant's audit log, and the ids behind a name. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
public sealed class KeyNames(Database database) : IEntryKeys
{
    /// <summary>Keys that a text may stand for at most, of the living and of the deleted each.</summary>
    public const int MostFound = 100;

    /// <summary>How many of the latest deletions are searched for a name.</summary>
    private const int DeletionsSearched = 1000;

    /// <summary>The names of some keys (at most 100); one of which nothing is known any more is left out.</summary>
    /// <returns>Null when the caller has neither capability.</returns>
    public async Task<IReadOnlyDictionary<Guid, KeyName>?> OfAsync(IReadOnlyCollection<Guid> ids, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return null;
        }

        return await OfAsync(caller.TenantId, [.. ids.Take(MostFound)], cancellationToken);
    }

    async Task<IReadOnlyDictionary<Guid, EntryKeyName>> IEntryKeys.OfAsync(string tenantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        (await OfAsync(tenantId, ids, cancellationToken)).ToDictionary(k => k.Key, k => new EntryKeyName(k.Value.Name, k.Value.KeyPrefix));

    private async Task<Dictionary<Guid, KeyName>> OfAsync(string tenantId, IReadOnlyCollection<Guid> wanted, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId);
        var names = await db.Set<ApiKey>().Where(k => wanted.Contains(k.Id)).Select(k => new KeyName(k.Id, k.Name, k.KeyPrefix, false)).ToDictionaryAsync(k => k.Id, cancellationToken);
        var gone = wanted.Where(id => !names.ContainsKey(id)).Select(id => (Guid?)id).ToList();
        if (gone.Count > 0)
        {
            var deletions = await db.Set<AuditEntry>().Where(e => gone.Contains(e.KeyId) && e.Action == AuditActions.KeyDeleted).ToListAsync(cancellationToken);
            foreach (var name in deletions.Select(NameIn).OfType<KeyName>())
            {
                names[name.Id] = name;
            }
        }

        return names;
    }

    /// <summary>The keys whose name, notes or prefix hold the text, as the list of keys searches it, or the one with this id; deleted ones by name and prefix.</summary>
    /// <returns>Null when the caller has neither capability.</returns>
    public async Task<IReadOnlyList<Guid>?> FindAsync(string text, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return null;
        }

        if (Guid.TryParseExact(text.Trim(), "D", out var id))
        {
            return [id];
        }

        await using var db = database.Read(caller.TenantId);
        var living = await db.Set<ApiKey>().Matching(new KeyQuery(Search: text), DateTimeOffset.UnixEpoch).Select(k => k.Id).OrderBy(k => k).Take(MostFound).ToListAsync(cancellationToken);
        var folded = FoldedText.Of(text);
        var prefixes = NamedKeys.In(folded)?.AllPrefixes.ToHashSet(StringComparer.Ordinal);
        var deletions = await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.KeyDeleted).OrderByDescending(e => e.Sequence).Take(DeletionsSearched).ToListAsync(cancellationToken);
        var deleted = deletions.Select(NameIn).OfType<KeyName>()
            .Where(k => FoldedText.Of(k.Name).Contains(folded, StringComparison.Ordinal) || k.KeyPrefix.Contains(folded, StringComparison.Ordinal) || prefixes?.Contains(k.KeyPrefix) == true)
            .Select(k => k.Id)
            .Take(MostFound);
        return [.. living, .. deleted];
    }

    private static KeyName? NameIn(AuditEntry deletion) =>
        deletion.KeyId is { } id && AuditCanonical.Read(deletion.Canonical)?.Detail is { } detail
            ? new KeyName(id, Text(detail["name"]), Text(detail["key_prefix"]), Deleted: true)
            : null;

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
