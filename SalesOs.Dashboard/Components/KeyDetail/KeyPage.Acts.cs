using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Create;
using SalesOs.Dashboard.Components.Keys.Delete;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Keys.Rotate;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>What the reader does to the key; an error goes back to where it was asked, which stays open with what was typed.</summary>
public sealed partial class KeyPage
{
    private string? myAddress;
    private bool focusEdit;
    private Guid? toReveal;

    /// <summary>The key as it was when the editor opened; null: the facts are shown.</summary>
    private ApiKeyView? Editing { get; set; }

    /// <summary>The edit just saved, for as long as it can be taken back.</summary>
    private SavedEdit? Saved { get; set; }

    private async Task EditAsync()
    {
        if (Screen is not null && await CallerAsync() is { } caller)
        {
            myAddress = caller.Address;
            Saved = null;
            Editing = Screen.Key;
        }
    }

    private void CloseEditor()
    {
        Editing = null;
        focusEdit = true;
        StateHasChanged();
    }

    private async Task<EditAnswer> SaveAsync(KeyEdit edit, int version)
    {
        if (Editing is not { } opened || await CallerAsync() is not { } caller)
        {
            return new EditAnswer(Error: null);
        }

        // What the edit is laid over, not what was there when the form opened: taking it back must not undo another person's change too.
        var before = Screen?.Key is { } shown && shown.Version == version ? shown : await CurrentAsync(opened.Id, caller);
        var outcome = await Keys.EditAsync(opened.Id, edit, version, caller);
        if (outcome.Error is { Reason: ErrorReason.ChangedSince } changed)
        {
            var current = await CurrentAsync(opened.Id, caller);
            return new EditAnswer(changed, current, current is null ? null : await LastEditorAsync(opened.Id, caller));
        }

        if (!outcome.Done)
        {
            return new EditAnswer(outcome.Error);
        }

        Saved = new SavedEdit(Words["Saved"], before?.Version == version ? before : null, outcome.Value.Version);
        await LoadAsync();
        CloseEditor();
        return new EditAnswer(Error: null);
    }

    /// <summary>Restores what the last edit changed, as an edit of its own.</summary>
    private async Task UndoAsync()
    {
        if (Saved is not { Before: { } before } saved || Screen is null || await CallerAsync() is not { } caller)
        {
            return;
        }

        var outcome = await Keys.EditAsync(before.Id, Restoring(before, Screen.Key), saved.Version, caller);
        Saved = outcome.Done ? new SavedEdit(Words["Undone"], Before: null, outcome.Value.Version) : null;
        if (!outcome.Done)
        {
            Notices.Add(Words["NotUndone", ("why", Faults.Say(outcome.Error))], Severity.Error);
        }

        await LoadAsync();
        focusEdit = true;
        StateHasChanged();
    }

    /// <summary>Only what differs: an expiry that is past by now would otherwise stand in the way of the rest.</summary>
    private static KeyEdit Restoring(ApiKeyView before, ApiKeyView now)
    {
        var edit = new KeyEdit();
        edit = before.Name != now.Name ? edit with { Name = before.Name } : edit;
        edit = before.Notes != now.Notes ? edit with { Notes = before.Notes } : edit;
        edit = !before.Scopes.SequenceEqual(now.Scopes, StringComparer.Ordinal) ? edit with { Scopes = new(true, before.Scopes) } : edit;
        edit = before.RateLimit != now.RateLimit ? edit with { RateLimit = before.RateLimit } : edit;
        edit = !before.AllowedIps.SequenceEqual(now.AllowedIps, StringComparer.Ordinal) ? edit with { AllowedIps = new(true, before.AllowedIps) } : edit;
        edit = before.ExpiresAt != now.ExpiresAt ? edit with { ExpiresAt = new(true, before.ExpiresAt) } : edit;
        return before.SingleUse != now.SingleUse ? edit with { SingleUse = before.SingleUse } : edit;
    }

    private async Task<ApiKeyView?> CurrentAsync(Guid id, Caller caller) => (await Keys.GetAsync(id, caller)).Value;

    private async Task<string?> LastEditorAsync(Guid id, Caller caller) =>
        (await Entries.ListAsync(new AuditFilter(PerPage: 1, Action: AuditActions.KeyEdited, KeyId: id), caller))?.Entries.FirstOrDefault()?.Actor;

    private async Task OpenRotateAsync()
    {
        if (Screen?.Key is { } key)
        {
            var parameters = new DialogParameters<RotateKeyDialog> { { d => d.Key, key }, { d => d.Rotate, () => RotateAsync(key) } };
            await Dialogs.ShowAsync<RotateKeyDialog>(KeysWords["RotateTitle"], parameters);
        }
    }

    private async Task OpenDuplicateAsync(ApiKeyView key)
    {
        if (await CallerAsync() is { } caller)
        {
            var parameters = new DialogParameters<CreateKeyDialog>
            {
                { d => d.Create, request => ActAsync(acting => Reveals.CreateAsync(request, acting), made => GoToNew(made.Id)) },
                { d => d.MyAddress, caller.Address },
                { d => d.Template, key },
            };
            await Dialogs.ShowAsync<CreateKeyDialog>(KeysWords["CreateTitle"], parameters);
        }
    }

    /// <summary>The new key's page comes first: while its values are shown, no link leads anywhere.</summary>
    private void GoToNew(Guid id)
    {
        toReveal = id;
        Navigation.NavigateTo(KeyLinks.Of(id));
    }

    private async Task OpenRevokeAsync(ApiKeyView key)
    {
        var parameters = new DialogParameters<RevokeKeyDialog> { { d => d.Key, key }, { d => d.Facts, () => StopFactsAsync(key) }, { d => d.Revoke, reason => RevokeAsync(key, reason) } };
        await Dialogs.ShowAsync<RevokeKeyDialog>(KeysWords["RevokeTitle"], parameters);
    }

    /// <summary>What will stop; null when it can't be had, which holds nobody up.</summary>
    private async Task<StopFacts?> StopFactsAsync(ApiKeyView key)
    {
        try
        {
            return await Session.PeekAsync() is { } caller ? (await StopFactsOf.OfAsync(KeySelection.Of([key.Id]), caller)).Value : null;
        }
        catch (Exception fault)
        {
            LogFactsFailed(Log, fault);
            return null;
        }
    }

    private async Task OpenDeleteAsync(ApiKeyView key)
    {
        var parameters = new DialogParameters<DeleteKeyDialog> { { d => d.Key, key }, { d => d.Delete, () => DeleteAsync(key) } };
        await Dialogs.ShowAsync<DeleteKeyDialog>(KeysWords["DeleteTitle"], parameters);
    }

    private Task<Error?> RotateAsync(ApiKeyView key) => ActAsync(caller => Reveals.RotateAsync(key.Id, caller), successor => Cue.Give(successor.Id));

    private Task<Error?> RevokeAsync(ApiKeyView key, string? reason) =>
        ActAsync(caller => Keys.RevokeAsync(key.Id, reason, caller), _ => Notices.Add(KeysWords["Revoked", ("name", key.Name)], Severity.Success));

    private Task<Error?> DeleteAsync(ApiKeyView key) => ActAsync(
        caller => Keys.DeleteAsync(key.Id, caller),
        _ =>
        {
            Notices.Add(KeysWords["Deleted", ("name", key.Name)], Severity.Success);
            Navigation.NavigateTo(KeyLinks.List);
        });

    private async Task<Error?> ActAsync<T>(Func<Caller, Task<Result<T>>> act, Action<T> done)
    {
        if (await CallerAsync() is not { } caller)
        {
            return null;
        }

        var outcome = await act(caller);
        if (!outcome.Done)
        {
            return outcome.Error;
        }

        done(outcome.Value);
        await LoadAsync();
        Follow();
        StateHasChanged();
        return null;
    }

    [LoggerMessage(5123, LogLevel.Warning, "What the revoking of an API key will stop could not be found out.")]
    private static partial void LogFactsFailed(ILogger logger, Exception fault);

    /// <param name="Before">What taking it back restores; null: there is nothing to take back.</param>
    /// <param name="Version">The version that the edit made: taken back only while it stands.</param>
    private sealed record SavedEdit(string Said, ApiKeyView? Before, int Version);
}
