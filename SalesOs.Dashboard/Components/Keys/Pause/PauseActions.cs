using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Pause;

/// <summary>What people do to pause a key and to resume it, on whatever page.</summary>
public sealed class PauseActions(KeyPauses pauses, KeyActions actions, Dialogs dialogs, Words<PauseTexts> words)
{
    private readonly HashSet<Guid> resuming = [];

    /// <summary>Also changes the pause of a key that is paused.</summary>
    public Task OpenPauseAsync(LiveLoad page, ApiKeyView key) => dialogs.ShowAsync<PauseKeyDialog>(words[key.Pause is null ? "PauseTitle" : "ChangeTitle"], new DialogParameters<PauseKeyDialog>
    {
        { d => d.Key, key },
        { d => d.Facts, () => actions.FactsAsync(KeySelection.Of([key.Id])) },
        { d => d.Pause, pause => page.ActAsync(caller => pauses.PauseAsync(key.Id, pause, ifVersions: null, caller), _ => actions.Tell(words["Paused", ("name", key.Name)])) },
    });

    /// <summary>Without asking first: it can be paused again. A second click meanwhile does nothing.</summary>
    public async Task ResumeAsync(LiveLoad page, ApiKeyView key)
    {
        if (!resuming.Add(key.Id))
        {
            return;
        }

        try
        {
            var error = await page.ActAsync(
                caller => ProvenAsync(() => pauses.ResumeAsync(key.Id, ifVersions: null, caller)),
                _ => actions.Tell(words["Resumed", ("name", key.Name)]));
            if (error is not null)
            {
                actions.Refuse(error);
            }
        }
        finally
        {
            resuming.Remove(key.Id);
        }
    }

    /// <summary>Asks again until what is recorded is proven on every node; each time the service waits some seconds for that.</summary>
    public static async Task<Result<T>> ProvenAsync<T>(Func<Task<Result<T>>> act)
    {
        while (true)
        {
            var result = await act();
            if (result.Error is not { Reason: ErrorReason.NotProven })
            {
                return result;
            }
        }
    }
}
