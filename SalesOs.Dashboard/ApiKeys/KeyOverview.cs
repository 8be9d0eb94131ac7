using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>How a tenant's keys stand.</summary>
/// <param name="Expiring">Of the active ones (<see cref="KeyMark.Expiring"/>).</param>
/// <param name="Unused">Of the active ones (<see cref="KeyMark.Unused"/>).</param>
/// <param name="Ended">Revoked or expired.</param>
/// <param name="Paused">Refused for a while; neither active nor ended.</param>
/// <param name="Excess">Of the active ones (<see cref="KeyMark.Excess"/>).</param>
public sealed record KeyTotals(long Active, long Expiring, long Unused, long Ended, long Paused = 0, long Excess = 0);

/// <summary>Looks over all keys of a tenant, for people who may see them (<c>admin.integrations</c> or <c>audit.integrations</c>).</summary>
public sealed class KeyOverview(Database database, TimeProvider clock)
{
    /// <summary>Keys that are shown of one that several answer to.</summary>
    public const int MostKeys = 100;

    public async Task<Result<KeyTotals>> TotalsAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var now = clock.GetUtcNow();
        await using var db = database.Read(caller.TenantId);
        var keys = db.Set<ApiKey>();
        var active = await keys.Matching(new KeyQuery(Status: KeyStatus.Active), now).LongCountAsync(cancellationToken);
        var expiring = await keys.Marked(KeyMark.Expiring, now).LongCountAsync(cancellationToken);
        var unused = await keys.Marked(KeyMark.Unused, now).LongCountAsync(cancellationToken);
        var excess = await keys.Marked(KeyMark.Excess, now).LongCountAsync(cancellationToken);
        var expired = await keys.Matching(new KeyQuery(Status: KeyStatus.Expired), now).LongCountAsync(cancellationToken);
        var revoked = await keys.Matching(new KeyQuery(Status: KeyStatus.Revoked), now).LongCountAsync(cancellationToken);
        var paused = await keys.Matching(new KeyQuery(Status: KeyStatus.Paused), now).LongCountAsync(cancellationToken);
        return new KeyTotals(active, expiring, unused, expired + revoked, paused, excess);
    }

    /// <summary>
    /// The keys behind API keys, whole or as the table shows them, such as were found in a log, in the order of <paramref name="apiKeys"/>. One that is
    /// absent or another tenant's is left out, and so is what is no API key; <c>sk_live_…o5p6</c> may be several, at most <see cref="MostKeys"/>.
    /// </summary>
    public async Task<Result<IReadOnlyList<FoundKey>>> FindAsync(IReadOnlyCollection<string> apiKeys, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var asked = apiKeys.Where(k => CredentialFormat.IsApiKey(k) || NamedKeys.In(FoldedText.Of(k)) is { Prefixes.Count: 0 }).Distinct(StringComparer.Ordinal).ToList();
        var now = clock.GetUtcNow();
        await using var db = database.Read(caller.TenantId);
        var found = new List<FoundKey>();
        foreach (var apiKey in asked)
        {
            var rows = await db.Set<ApiKey>().Matching(new KeyQuery(Search: apiKey), now).OrderBy(k => k.Id).Take(MostKeys).WithPeople(db).ToListAsync(cancellationToken);
            found.AddRange(rows.Select(row => new FoundKey(apiKey, row.ToView(now))));
        }

        return Result<IReadOnlyList<FoundKey>>.Of(found);
    }
}

/// <param name="ApiKey">As it was asked for: the asker has it already.</param>
public sealed record FoundKey(string ApiKey, ApiKeyView Key);
