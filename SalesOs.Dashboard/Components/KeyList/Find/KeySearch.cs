using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>Finds what a search means beside the keys of the list: API keys in a pasted text, the refused request behind an id.</summary>
public sealed class KeySearch(KeyOverview overview, RejectionQuery rejections, SessionCaller session)
{
    /// <summary>Looks up API keys, whole or as the table shows them; null when nobody may.</summary>
    public async Task<FoundKeys?> FindAsync(IReadOnlyCollection<string> apiKeys)
    {
        if (await session.GetAsync() is not { } caller || (await overview.FindAsync(apiKeys, caller)).Value is not { } found)
        {
            return null;
        }

        var known = found.Select(f => f.ApiKey).Distinct(StringComparer.Ordinal).Count();
        return new FoundKeys([.. found.DistinctBy(f => f.Key.Id)], Math.Min(apiKeys.Count, KeyOverview.MostKeys) - known);
    }

    public async Task<SearchFindings> AboutAsync(PastedKeys pasted) => new(
        pasted.Target.Search, pasted.HasSecret, pasted.Keys.Count == 0 ? 0 : (await FindAsync(pasted.Keys))?.Unknown ?? 0);

    public async Task<SearchFindings> AboutAsync(string? search)
    {
        var asked = Guid.TryParseExact(search, "D", out var id);
        var rejection = asked && await session.GetAsync() is { } caller ? (await rejections.FindAsync(id, caller)).Value : null;
        return new SearchFindings(search, AskedForRequest: asked, Rejection: rejection);
    }
}

/// <summary>What a search found beside keys.</summary>
/// <param name="Search">What was searched for, as the address has it.</param>
/// <param name="HasSecret">A secret was pasted; it has not left the browser.</param>
/// <param name="Unknown">API keys that were pasted and are none of this organization's.</param>
/// <param name="AskedForRequest">The search is a request id.</param>
/// <param name="Rejection">The refused request of that id.</param>
public sealed record SearchFindings(string? Search = null, bool HasSecret = false, int Unknown = 0, bool AskedForRequest = false, RejectionView? Rejection = null);
