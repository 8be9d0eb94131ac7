using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>Finds what a search means beside the keys of the list: API keys in a pasted text, the refused request behind an id.</summary>
public sealed class KeySearch(KeyOverview overview, LeakedSecretQuery leaked, RejectionQuery rejections, UsageQuery usage, AuditQueries audit, SessionCaller session)
{
    /// <summary>Looks up API keys, whole or as the table shows them, and what is on record of those that are revoked; null when nobody may.</summary>
    public async Task<FoundKeys?> FindAsync(IReadOnlyCollection<string> apiKeys)
    {
        if (await session.GetAsync() is not { } caller || (await overview.FindAsync(apiKeys, caller)).Value is not { } found)
        {
            return null;
        }

        var known = found.DistinctBy(f => f.Key.Id).ToList();
        var stops = new Dictionary<Guid, KeyStop>();
        foreach (var key in known.Select(f => f.Key).Where(k => k.Status == KeyStatus.Revoked))
        {
            stops[key.Id] = await StopAsync(key.Id, caller);
        }

        return new FoundKeys(known, UnknownOf(apiKeys, found), stops);
    }

    /// <summary>Finds the keys that secrets belong to; null when nobody may.</summary>
    public async Task<SecretsLookedUp?> LookUpAsync(IReadOnlyCollection<string> secrets)
    {
        var (keys, unknown) = (new List<string>(), 0);
        foreach (var some in secrets.Chunk(LeakedSecretQuery.MostSecrets))
        {
            if (await session.GetAsync() is not { } caller || (await leaked.FindAsync(some, caller)).Value is not { } found)
            {
                return null;
            }

            keys.AddRange(found.Keys.Select(key => $"{key.KeyPrefix}…{key.KeyLast4}"));
            unknown += found.Unknown;
        }

        return new SecretsLookedUp([.. keys.Distinct(StringComparer.Ordinal)], unknown);
    }

    public async Task<SearchFindings> AboutAsync(PastedKeys pasted)
    {
        var findings = SearchFindings.Of(pasted);
        return pasted.Found.Keys is { Length: > 0 } keys && await session.GetAsync() is { } caller && (await overview.FindAsync(keys, caller)).Value is { } found
            ? findings with { Unknown = UnknownOf(keys, found) }
            : findings;
    }

    public async Task<SearchFindings> AboutAsync(string? search)
    {
        var asked = Guid.TryParseExact(search, "D", out var id);
        var rejection = asked && await session.GetAsync() is { } caller ? (await rejections.FindAsync(id, caller)).Value : null;
        return new SearchFindings(search, AskedForRequest: asked, Rejection: rejection);
    }

    private static int UnknownOf(IReadOnlyCollection<string> apiKeys, IReadOnlyList<FoundKey> found) =>
        apiKeys.Count - found.Select(f => f.ApiKey).Distinct(StringComparer.Ordinal).Count();

    private async Task<KeyStop> StopAsync(Guid keyId, Caller caller) => new(
        (await audit.ListAsync(new AuditFilter(PerPage: 1, Action: AuditActions.KeyRevoked, KeyId: keyId), caller)).Value?.Entries.FirstOrDefault(),
        (await usage.CallersAsync(keyId, caller)).Value?.Callers ?? []);
}

/// <summary>What a search found beside keys.</summary>
/// <param name="Search">What was searched for, as the address has it.</param>
/// <param name="HasSecret">A secret was pasted; it has not left the browser.</param>
/// <param name="SecretsOf">The environments of the secrets, where they say it.</param>
/// <param name="Unknown">API keys that were pasted and are none of this organization's.</param>
/// <param name="AskedForRequest">The search is a request id.</param>
/// <param name="Rejection">The refused request of that id.</param>
public sealed record SearchFindings(
    string? Search = null,
    bool HasSecret = false,
    IReadOnlyList<KeyEnvironment>? SecretsOf = null,
    int Unknown = 0,
    bool AskedForRequest = false,
    RejectionView? Rejection = null)
{
    /// <summary>What the text itself says.</summary>
    public static SearchFindings Of(PastedKeys pasted) => new(pasted.Target.Search, pasted.Found.Secret, pasted.Found.SecretsOf);
}

/// <param name="Unknown">How many more were asked for: another organization's, or deleted.</param>
/// <param name="Stops">What is on record of those that are revoked, by their ids.</param>
public sealed record FoundKeys(IReadOnlyList<FoundKey> Known, int Unknown, IReadOnlyDictionary<Guid, KeyStop> Stops);

/// <param name="Keys">As the table shows them.</param>
/// <param name="Unknown">Secrets that belong to none of this organization's keys.</param>
public sealed record SecretsLookedUp(IReadOnlyList<string> Keys, int Unknown);

/// <summary>What is on record of a key that is revoked.</summary>
/// <param name="Entry">Of the revocation; null when it is pruned from the log.</param>
/// <param name="Callers">Where it was used from, the most recently seen first.</param>
public sealed record KeyStop(AuditEntryView? Entry, IReadOnlyList<CallerView> Callers);
