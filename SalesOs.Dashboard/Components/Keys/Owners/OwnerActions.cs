using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Keys.Pause;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Keys.Owners;

/// <summary>What people do about who answers for keys, on whatever page.</summary>
public sealed class OwnerActions(
    KeyOwners owners,
    ApiKeyService keys,
    KeyPauses pauses,
    PersonDepartures departures,
    KeyActions actions,
    SessionCaller session,
    Dialogs dialogs,
    TimeProvider clock,
    RelativeTime time,
    Words<OwnerTexts> words,
    Words<KeysTexts> keyWords)
{
    /// <summary>How long a key that is retired is paused before it is revoked.</summary>
    private static readonly TimeSpan RetireAfter = TimeSpan.FromDays(14);

    public async Task OpenAsync(LiveLoad page, ApiKeyView key)
    {
        if (await ChoicesAsync() is { } choices)
        {
            await dialogs.ShowAsync<OwnerDialog>(words["ChangeTitle"], new DialogParameters<OwnerDialog>
            {
                { d => d.Key, key },
                { d => d.Owners, choices },
                { d => d.Give, owner => page.ActAsync(caller => GiveAsync(key, owner, caller), _ => actions.Tell(words["Changed", ("name", key.Name)])) },
            });
        }
    }

    /// <summary>All keys of the key's owner.</summary>
    public async Task OpenHandOverAsync(LiveLoad page, ApiKeyView key)
    {
        if (key.Owner is not { } from || await ChoicesAsync() is not { } choices || await session.GetAsync() is not { } asking)
        {
            return;
        }

        var theirs = await keys.ListAsync(new KeyQuery(PerPage: 1, Revocable: true, Traits: new KeyTraits { Owner = from.Id.ToString() }), asking);
        await dialogs.ShowAsync<HandOverDialog>(words["HandOverTitle"], new DialogParameters<HandOverDialog>
        {
            { d => d.KeyId, key.Id },
            { d => d.Name, OwnerName.Say(from, keyWords) },
            { d => d.Count, theirs.Value?.Total ?? 0 },
            { d => d.CanLeave, from is { IsTeam: false, IsGone: false, Label: not null and not "service_role" } },
            { d => d.Owners, [.. choices.Where(c => c.Id != from.Id)] },
            { d => d.HandOver, (to, hasLeft) => page.ActAsync(caller => HandOverAsync(from, to, hasLeft, caller), actions.Tell) },
        });
    }

    /// <summary>Whoever clicks answers for the key from now on.</summary>
    public async Task AdoptAsync(LiveLoad page, ApiKeyView key)
    {
        if (await page.ActAsync(caller => GiveAsync(key, KeyOwners.Me, caller), _ => actions.Tell(words["Adopted", ("name", key.Name)])) is { } error)
        {
            actions.Refuse(error);
        }
    }

    public Task OpenRetireAsync(LiveLoad page, ApiKeyView key) => dialogs.ShowAsync<RetireDialog>(words["RetireTitle"], new DialogParameters<RetireDialog>
    {
        { d => d.Key, key },
        { d => d.After, RetireAfter },
        { d => d.Facts, () => actions.FactsAsync(KeySelection.Of([key.Id])) },
        { d => d.Retire, reason => RetireAsync(page, key, reason) },
    });

    private Task<Error?> RetireAsync(LiveLoad page, ApiKeyView key, string reason)
    {
        var until = clock.GetUtcNow() + RetireAfter;
        return page.ActAsync(
            caller => pauses.PauseAsync(key.Id, new KeyPause { Until = until, Then = PauseEnd.Revoke, Reason = reason }, ifVersions: null, caller),
            _ => actions.Tell(words["Retired", ("name", key.Name), ("date", time.SayDate(until))]));
    }

    private Task<Result<ApiKeyView>> GiveAsync(ApiKeyView key, string owner, Caller caller) =>
        PauseActions.ProvenAsync(() => keys.EditAsync(key.Id, new KeyEdit { Owner = owner }, ifVersion: null, caller));

    /// <returns>What was done, in words.</returns>
    private async Task<Result<string>> HandOverAsync(KeyOwner from, string to, bool hasLeft, Caller caller)
    {
        var said = words["Left", ("name", from.Label)];
        if (to.Length > 0 || !hasLeft)
        {
            var handed = await PauseActions.ProvenAsync(() => owners.HandOverAsync(from.Id.ToString(), to, caller));
            if (!handed.Done)
            {
                return handed.Error;
            }

            said = words["HandedOver", ("count", handed.Value.Keys)];
        }

        if (hasLeft && (await departures.SayAsync(from.Id, caller)).Error is { } error)
        {
            return error;
        }

        return said;
    }

    /// <summary>Null: the reader was told why not, or nobody is signed in any more.</summary>
    private async Task<IReadOnlyList<KeyOwner>?> ChoicesAsync()
    {
        if (await session.GetAsync() is not { } caller)
        {
            return null;
        }

        var found = await owners.ListAsync(caller);
        if (!found.Done)
        {
            actions.Refuse(found.Error);
        }

        return found.Value;
    }
}
