using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Bulk;
using SalesOs.Dashboard.Components.KeyList.Find;
using SalesOs.Dashboard.Components.KeyList.Shortcuts;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>What people do on the list alone: revoke several keys at once, find leaked ones, look up the shortcuts.</summary>
public sealed class ListActions(KeyActions actions, BulkRevocation bulk, KeySearch search, IDialogService dialogs, Words<ListTexts> words)
{
    public Task OpenRevokeChosenAsync(LiveLoad page, ChosenKeys chosen) => OpenRevokeManyAsync(page, chosen, KeySelection.Of(chosen.Ids), chosen.Keys, person: null);

    /// <summary>All that the key's creator has made.</summary>
    public Task OpenRevokePersonAsync(LiveLoad page, ChosenKeys chosen, ApiKeyView key) =>
        OpenRevokeManyAsync(page, chosen, KeySelection.AllBy(key.CreatedById!.Value), [], key.CreatedBy);

    public Task OpenFindAsync(LiveLoad page, ChosenKeys chosen, bool canRevoke) => dialogs.ShowAsync<FindKeysDialog>(words["FindTitle"], new DialogParameters<FindKeysDialog>
    {
        { d => d.CanRevoke, canRevoke },
        { d => d.Find, search.FindAsync },
        { d => d.Revoke, keys => RevokeAsync(page, chosen, KeySelection.Of(keys.Select(k => k.Id)), RevokeReasons.Leaked, tells: false) },
    });

    public Task OpenShortcutsAsync(bool canCreate) =>
        dialogs.ShowAsync<ShortcutsDialog>(words["ShortcutsTitle"], new DialogParameters<ShortcutsDialog> { { d => d.CanCreate, canCreate } });

    private Task OpenRevokeManyAsync(LiveLoad page, ChosenKeys chosen, KeySelection selection, IReadOnlyList<ApiKeyView> keys, string? person) =>
        dialogs.ShowAsync<BulkRevokeDialog>(words["BulkTitle"], new DialogParameters<BulkRevokeDialog>
        {
            { d => d.Chosen, keys },
            { d => d.Person, person },
            { d => d.Facts, () => actions.FactsAsync(selection) },
            { d => d.Revoke, reason => RevokeAsync(page, chosen, selection, reason) },
        });

    /// <param name="tells">False: the dialog stays open and tells itself what was done.</param>
    private Task<Error?> RevokeAsync(LiveLoad page, ChosenKeys chosen, KeySelection selection, string? reason, bool tells = true) => page.ActAsync(
        caller => RevokeAllAsync(selection, reason, caller),
        count =>
        {
            chosen.Clear();
            if (tells)
            {
                actions.Tell(words["BulkDone", ("count", count)]);
            }
        });

    /// <summary>A person may have made more keys than one act revokes.</summary>
    private async Task<Result<int>> RevokeAllAsync(KeySelection selection, string? reason, Caller caller)
    {
        var count = 0;
        while (true)
        {
            var revoked = await bulk.RevokeAsync(selection, reason, caller);
            if (!revoked.Done)
            {
                return revoked.Error;
            }

            count += revoked.Value.Keys.Count;
            if (!revoked.Value.MayBeMore)
            {
                return count;
            }
        }
    }
}
