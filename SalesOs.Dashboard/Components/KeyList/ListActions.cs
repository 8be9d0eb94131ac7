using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Bulk;
using SalesOs.Dashboard.Components.KeyList.Find;
using SalesOs.Dashboard.Components.KeyList.Shortcuts;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Owners;
using SalesOs.Dashboard.Components.Keys.Pause;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>What people do on the list alone: revoke or pause several keys at once, find leaked ones, look up the shortcuts.</summary>
public sealed class ListActions(
    KeyActions actions, PauseActions pausing, OwnerActions owning, ApiKeyService keys, BulkRevocation bulk, KeyPauses pauses, KeySearch search, SessionCaller session, Dialogs dialogs, Words<ListTexts> words)
{
    public Task OpenRevokeChosenAsync(LiveLoad page, ChosenKeys chosen) => OpenRevokeManyAsync(page, chosen, KeySelection.Of(chosen.Ids), new ManyKeys(chosen.Keys, chosen.Count));

    /// <summary>All that the key's creator has made.</summary>
    public async Task OpenRevokePersonAsync(LiveLoad page, ChosenKeys chosen, ApiKeyView key)
    {
        if (await RevocableAsync(new KeyQuery(CreatedBy: key.CreatedById!.Value)) is { } theirs)
        {
            await OpenRevokeManyAsync(page, chosen, KeySelection.AllBy(key.CreatedById.Value), new ManyKeys(theirs.Keys, theirs.Total, key));
        }
    }

    public Task OpenOwnerAsync(LiveLoad page, ApiKeyView key) => owning.OpenAsync(page, key);

    public Task OpenHandOverAsync(LiveLoad page, ApiKeyView key) => owning.OpenHandOverAsync(page, key);

    public Task OpenPauseAsync(LiveLoad page, ApiKeyView key) => pausing.OpenPauseAsync(page, key);

    public Task ResumeAsync(LiveLoad page, ApiKeyView key) => pausing.ResumeAsync(page, key);

    public Task OpenPauseChosenAsync(LiveLoad page, ChosenKeys chosen)
    {
        var named = chosen.Keys.Where(k => !k.Status.IsEnded()).ToList();
        return OpenPauseManyAsync(page, chosen, KeySelection.Of(named.Select(k => k.Id)), new ManyKeys(named, named.Count));
    }

    /// <summary>All that the key's creator has made.</summary>
    public async Task OpenPausePersonAsync(LiveLoad page, ChosenKeys chosen, ApiKeyView key)
    {
        if (await RevocableAsync(new KeyQuery(CreatedBy: key.CreatedById!.Value)) is { } theirs)
        {
            var named = theirs.Keys.Where(k => !k.Status.IsEnded()).ToList();
            await OpenPauseManyAsync(page, chosen, KeySelection.AllBy(key.CreatedById.Value), new ManyKeys(named, theirs.Total - theirs.Keys.Count + named.Count, key));
        }
    }

    /// <summary>Those of the chosen keys that are paused.</summary>
    public async Task ResumeChosenAsync(LiveLoad page, ChosenKeys chosen)
    {
        var error = await page.ActAsync(
            caller => PauseActions.ProvenAsync(() => pauses.ResumeAsync(KeySelection.Of(chosen.Ids), caller)),
            resumed =>
            {
                chosen.Clear();
                actions.Tell(words["BulkResumed", ("count", resumed.Count)]);
            });
        if (error is not null)
        {
            actions.Refuse(error);
        }
    }

    /// <summary>What the query finds and can be revoked, on all its pages: as many as can be revoked at once, and how many there are. Null: the reader was told why not.</summary>
    public async Task<KeyPage?> RevocableAsync(KeyQuery query)
    {
        var found = new List<ApiKeyView>();
        for (var page = 1; await session.GetAsync() is { } caller; page++)
        {
            var answer = await keys.ListAsync(query with { Revocable = true, Page = page, PerPage = KeysAddress.PageSizes[^1] }, caller);
            if (!answer.Done)
            {
                actions.Refuse(answer.Error);
                return null;
            }

            found.AddRange(answer.Value.Keys);
            if (answer.Value.Keys.Count == 0 || found.Count >= Math.Min(answer.Value.Total, BulkRevocation.MostAtOnce))
            {
                return new KeyPage([.. found.Take(BulkRevocation.MostAtOnce)], answer.Value.Total);
            }
        }

        return null;
    }

    /// <summary>How many the query finds that can be revoked; null where that can't be had.</summary>
    public async Task<long?> CountRevocableAsync(KeyQuery query) =>
        await session.PeekAsync() is { } caller && await keys.ListAsync(query with { Revocable = true, Page = 1, PerPage = 1 }, caller) is { Done: true } found ? found.Value.Total : null;

    public Task OpenFindAsync(LiveLoad page, ChosenKeys chosen, bool canRevoke) => dialogs.ShowAsync<FindKeysDialog>(words["FindTitle"], new DialogParameters<FindKeysDialog>
    {
        { d => d.CanRevoke, canRevoke },
        { d => d.Find, search.FindAsync },
        { d => d.LookUp, search.LookUpAsync },
        { d => d.Revoke, leaked => RevokeAsync(page, chosen, KeySelection.Of(leaked.Select(k => k.Id)), RevokeReasons.Leaked, tells: false) },
    });

    public Task OpenShortcutsAsync(bool canCreate) =>
        dialogs.ShowAsync<ShortcutsDialog>(words["ShortcutsTitle"], new DialogParameters<ShortcutsDialog> { { d => d.CanCreate, canCreate } });

    private Task OpenRevokeManyAsync(LiveLoad page, ChosenKeys chosen, KeySelection selection, ManyKeys many) =>
        dialogs.ShowAsync<BulkRevokeDialog>(words["BulkTitle"], new DialogParameters<BulkRevokeDialog>
        {
            { d => d.Many, many },
            { d => d.Facts, () => actions.FactsAsync(selection) },
            { d => d.Revoke, reason => RevokeAsync(page, chosen, selection, reason) },
        });

    private Task OpenPauseManyAsync(LiveLoad page, ChosenKeys chosen, KeySelection selection, ManyKeys many) =>
        dialogs.ShowAsync<BulkPauseDialog>(words["BulkPauseTitle"], new DialogParameters<BulkPauseDialog>
        {
            { d => d.Many, many },
            { d => d.Facts, () => actions.FactsAsync(selection) },
            {
                d => d.Pause, pause => page.ActAsync(caller => pauses.PauseAsync(selection, pause, caller), paused =>
                {
                    chosen.Clear();
                    actions.Tell(words["BulkPaused", ("count", paused.Count)]);
                })
            },
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
