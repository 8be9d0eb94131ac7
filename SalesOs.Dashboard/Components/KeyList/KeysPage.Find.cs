using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Find;
using SalesOs.Dashboard.Components.KeyList.Shortcuts;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>What is found beside the list: keys in a pasted text, the refused request behind an id.</summary>
public sealed partial class KeysPage
{
    private string? notedSearch;

    [Inject]
    private KeyOverview Overview { get; set; } = null!;

    [Inject]
    private RejectionQuery Rejections { get; set; } = null!;

    private bool HasSecret { get; set; }

    private int UnknownKeys { get; set; }

    private bool AskedForRequest { get; set; }

    private RejectionView? Rejection { get; set; }

    /// <summary>Who made the keys that are shown, when the list is narrowed to theirs.</summary>
    private string? CreatorName => Address.Creator is { } creator ? Listing?.Page.Keys.FirstOrDefault(k => k.CreatedById == creator)?.CreatedBy : null;

    private async Task FindPastedAsync(PastedKeys pasted)
    {
        HasSecret = pasted.HasSecret;
        UnknownKeys = pasted.Keys.Count == 0 ? 0 : (await FindAsync(pasted.Keys))?.Unknown ?? 0;
        (AskedForRequest, Rejection) = (false, null);
        notedSearch = pasted.Target.Search;
        if (pasted.Target != Address)
        {
            Go(pasted.Target);
        }
    }

    /// <summary>Looks what the search means beside keys. What was said of the search before goes with it.</summary>
    private async Task NoteAsync()
    {
        if (Address.Search == notedSearch)
        {
            return;
        }

        notedSearch = Address.Search;
        (HasSecret, UnknownKeys, Rejection) = (false, 0, null);
        AskedForRequest = Guid.TryParseExact(Address.Search, "D", out var id);
        if (AskedForRequest && await CallerAsync() is { } caller)
        {
            Rejection = (await Rejections.FindAsync(id, caller)).Value;
        }
    }

    private async Task<FoundKeys?> FindAsync(IReadOnlyCollection<string> apiKeys)
    {
        if (await CallerAsync() is not { } caller)
        {
            return null;
        }

        var outcome = await Overview.FindAsync(apiKeys, caller);
        if (!outcome.Done)
        {
            return null;
        }

        var known = outcome.Value.Select(found => found.ApiKey).Distinct(StringComparer.Ordinal).Count();
        return new FoundKeys([.. outcome.Value.DistinctBy(found => found.Key.Id)], Math.Min(apiKeys.Count, KeyOverview.MostKeys) - known);
    }

    private Task OpenFindAsync() => Dialogs.ShowAsync<FindKeysDialog>(ListWords["FindTitle"], new DialogParameters<FindKeysDialog>
    {
        { d => d.CanRevoke, CurrentUser.CanManageKeys },
        { d => d.Find, FindAsync },
        { d => d.Revoke, keys => RevokeManyAsync(KeySelection.Of(keys.Select(k => k.Id)), RevokeReasons.Leaked) },
    });

    private Task OpenShortcutsAsync() =>
        Dialogs.ShowAsync<ShortcutsDialog>(ListWords["ShortcutsTitle"], new DialogParameters<ShortcutsDialog> { { d => d.CanCreate, CurrentUser.CanManageKeys } });
}
