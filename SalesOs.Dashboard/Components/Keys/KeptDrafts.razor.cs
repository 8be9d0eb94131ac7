using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Asks the browser, once the page is there, for what this reader was filling in on it when it began anew, and opens that again. What was typed is put back by the page's script.</summary>
public sealed partial class KeptDrafts
{
    [Parameter, EditorRequired]
    public CurrentUser CurrentUser { get; set; } = null!;

    [Parameter, EditorRequired]
    public LiveLoad Page { get; set; } = null!;

    /// <summary>Creates a key, with the settings of another one where there is one; the id names its one act.</summary>
    [Parameter, EditorRequired]
    public Func<ApiKeyView?, Guid?, Task> Create { get; set; } = null!;

    [Parameter]
    public EventCallback<ApiKeyView> Delete { get; set; }

    [Parameter]
    public EventCallback Edit { get; set; }

    /// <summary>Revokes all that the key's creator has made.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> RevokePerson { get; set; }

    [Parameter]
    public EventCallback<IReadOnlyList<ApiKeyView>> RevokeMany { get; set; }

    /// <summary>Pauses all that the key's creator has made.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> PausePerson { get; set; }

    [Parameter]
    public EventCallback<IReadOnlyList<ApiKeyView>> PauseMany { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> PlanBrownOut { get; set; }

    /// <summary>Changes the end of the rotation whose old key it is.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> ChangeRotation { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || !CurrentUser.CanManageKeys)
        {
            return;
        }

        foreach (var kept in await KeptDraft.ReadAsync(Browser, CurrentUser))
        {
            await OpenAsync(kept);
        }
    }

    private async Task OpenAsync(KeptDraft kept)
    {
        if (await Session.GetAsync() is not { } caller)
        {
            return;
        }

        var keys = new List<ApiKeyView>();
        foreach (var id in kept.Keys)
        {
            if (await Keys.GetAsync(id, caller) is { Done: true } found)
            {
                keys.Add(found.Value);
            }
        }

        if (keys.Count > 0 || kept.Keys.Count == 0)
        {
            Actions.Tell(Words["DraftKept"]);
            await OpenAsync(kept, keys);
        }
    }

    private Task OpenAsync(KeptDraft kept, List<ApiKeyView> keys) => (kept.Kind, keys) switch
    {
        (KeyDrafts.Create, _) => Create(keys.FirstOrDefault(), kept.Once),
        (KeyDrafts.Edit, [{ Status: not KeyStatus.Revoked }]) => Edit.InvokeAsync(),
        (KeyDrafts.Revoke, [var key]) => Actions.OpenRevokeAsync(Page, key),
        (KeyDrafts.Pause, [var key]) => Pauses.OpenPauseAsync(Page, key),
        (KeyDrafts.PausePerson, [var key]) => PausePerson.InvokeAsync(key),
        (KeyDrafts.PauseMany, _) => PauseMany.InvokeAsync(keys),
        (KeyDrafts.BrownOut, [var key]) => PlanBrownOut.InvokeAsync(key),
        (KeyDrafts.Rotate, [var key]) => Actions.OpenRotateAsync(Page, key, kept.Once),
        (KeyDrafts.Overlap, [var key]) => ChangeRotation.InvokeAsync(key),
        (KeyDrafts.Owner, [var key]) => Owners.OpenAsync(Page, key),
        (KeyDrafts.HandOver, [var key]) => Owners.OpenHandOverAsync(Page, key),
        (KeyDrafts.Retire, [var key]) => Owners.OpenRetireAsync(Page, key),
        (KeyDrafts.Delete, [var key]) => Delete.InvokeAsync(key),
        (KeyDrafts.RevokePerson, [var key]) => RevokePerson.InvokeAsync(key),
        (KeyDrafts.RevokeMany, _) => RevokeMany.InvokeAsync(keys),
        _ => Task.CompletedTask,
    };
}
