using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Create;
using SalesOs.Dashboard.Components.Keys.Delete;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>What the dialogs answer is done here; an error goes back into the dialog, which stays open with what was typed.</summary>
public sealed partial class KeysPage
{
    private Task OpenCreateAsync() => OpenDuplicateAsync(template: null);

    /// <param name="template">The key whose settings the new one begins with; null begins with the usual ones.</param>
    private async Task OpenDuplicateAsync(ApiKeyView? template)
    {
        if (await CallerAsync() is not { } caller)
        {
            return;
        }

        var parameters = new DialogParameters<CreateKeyDialog> { { d => d.Create, CreateAsync }, { d => d.MyAddress, caller.Address }, { d => d.Template, template } };
        await Dialogs.ShowAsync<CreateKeyDialog>(Words["CreateTitle"], parameters);
    }

    private async Task OpenRevokeAsync(ApiKeyView key)
    {
        var parameters = new DialogParameters<RevokeKeyDialog> { { d => d.Key, key }, { d => d.Facts, () => FactsAsync(KeySelection.Of([key.Id])) }, { d => d.Revoke, reason => RevokeAsync(key, reason) } };
        await Dialogs.ShowAsync<RevokeKeyDialog>(Words["RevokeTitle"], parameters);
    }

    private async Task OpenDeleteAsync(ApiKeyView key)
    {
        var parameters = new DialogParameters<DeleteKeyDialog> { { d => d.Key, key }, { d => d.Delete, () => DeleteAsync(key) } };
        await Dialogs.ShowAsync<DeleteKeyDialog>(Words["DeleteTitle"], parameters);
    }

    private Task<Error?> CreateAsync(NewKey request) => ActAsync(caller => Reveals.CreateAsync(request, caller), key => Cue.Give(key.Id));

    private async Task RotateAsync(ApiKeyView key)
    {
        if (await ActAsync(caller => Reveals.RotateAsync(key.Id, caller), successor => Cue.Give(successor.Id)) is { } error)
        {
            Refuse(error);
        }
    }

    private Task<Error?> RevokeAsync(ApiKeyView key, string? reason) =>
        ActAsync(caller => Keys.RevokeAsync(key.Id, reason, caller), _ => Notices.Add(Words["Revoked", ("name", key.Name)], Severity.Success));

    private Task<Error?> DeleteAsync(ApiKeyView key) =>
        ActAsync(caller => Keys.DeleteAsync(key.Id, caller), _ => Notices.Add(Words["Deleted", ("name", key.Name)], Severity.Success));

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
        StateHasChanged();
        return null;
    }

    private void Refuse(Error error) => Notices.Add(Faults.Say(error), Severity.Error);
}
