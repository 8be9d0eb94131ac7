using MudBlazor;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Pause;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail.BrownOuts;

/// <summary>What people do about the brown-outs of a key.</summary>
public sealed class BrownOutActions(KeyBrownOuts brownOuts, KeyActions actions, Dialogs dialogs, Words<PauseTexts> words)
{
    public Task OpenPlanAsync(LiveLoad page, ApiKeyView key) => dialogs.ShowAsync<PlanBrownOutDialog>(words["PlanTitle"], new DialogParameters<PlanBrownOutDialog>
    {
        { d => d.Key, key },
        { d => d.Plan, plan => page.ActAsync(caller => brownOuts.PlanAsync(key.Id, plan, caller), _ => actions.Tell(words["Planned", ("name", key.Name)])) },
    });

    /// <summary>Ending one that is over already changes nothing, so a second click does no harm.</summary>
    public async Task EndAsync(LiveLoad page, ApiKeyView key, BrownOutView one)
    {
        var error = await page.ActAsync(
            caller => PauseActions.ProvenAsync(() => brownOuts.EndAsync(key.Id, one.Id, caller)),
            _ => actions.Tell(words[one.Status == BrownOutStatus.Running ? "BrownOutEnded" : "BrownOutCancelled"]));
        if (error is not null)
        {
            actions.Refuse(error);
        }
    }
}
