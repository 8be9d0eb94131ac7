using MudBlazor;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Components.KeyDetail.Rotations;

/// <summary>What people do about the end of a rotation.</summary>
public sealed class RotationActions(KeyRotations rotations, KeyActions actions, Dialogs dialogs, Words<RotationTexts> words)
{
    public Task OpenChangeAsync(LiveLoad page, RotationView rotation) => dialogs.ShowAsync<ChangeOverlapDialog>(words["ChangeTitle"], new DialogParameters<ChangeOverlapDialog>
    {
        { d => d.Rotation, rotation },
        { d => d.Change, overlap => page.ActAsync(caller => rotations.ChangeAsync(rotation.Old.Key.Id, overlap, caller), _ => actions.Tell(words["Changed"])) },
    });

    public Task OpenEndAsync(LiveLoad page, RotationView rotation) => dialogs.ShowAsync<EndRotationDialog>(words["EndTitle"], new DialogParameters<EndRotationDialog>
    {
        { d => d.Rotation, rotation },
        { d => d.Facts, () => actions.FactsAsync(KeySelection.Of([rotation.Old.Key.Id])) },
        { d => d.End, () => page.ActAsync(caller => rotations.EndAsync(rotation.Old.Key.Id, caller), _ => actions.Tell(words["EndedNow"])) },
    });
}
