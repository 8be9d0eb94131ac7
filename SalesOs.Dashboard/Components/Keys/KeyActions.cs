using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Create;
using SalesOs.Dashboard.Components.Keys.Delete;
using SalesOs.Dashboard.Components.Keys.Policies;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Keys.Rotate;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>What people do to keys, on whatever page: it asks in a dialog, calls the service, and says what was done. An error goes back into the dialog, which stays open with what was typed.</summary>
public sealed partial class KeyActions(
    ApiKeyService keys,
    KeyReveals reveals,
    StopFactsQuery stopFacts,
    SessionCaller session,
    RevealCue cue,
    Dialogs dialogs,
    ISnackbar notices,
    FaultWords faults,
    ShownPolicy policy,
    Words<KeysTexts> words,
    ILogger<KeyActions> log)
{
    /// <param name="template">The key whose settings the new one begins with; null begins with the usual ones.</param>
    /// <param name="made">What to do with the new key; null shows its values.</param>
    /// <param name="once">The <see cref="ActDialog.Once"/> of the dialog that this one goes on from.</param>
    public async Task OpenCreateAsync(LiveLoad page, ApiKeyView? template = null, Action<Guid>? made = null, Guid? once = null)
    {
        if (await session.GetAsync() is { } caller)
        {
            await dialogs.ShowAsync<CreateKeyDialog>(words["CreateTitle"], new DialogParameters<CreateKeyDialog>
            {
                { d => d.Once, once ?? Guid.NewGuid() },
                { d => d.Create, (request, name) => page.ActAsync(acting => reveals.CreateAsync(request, policy.Speaking(acting), name), key => (made ?? cue.Give)(key.Id)) },
                { d => d.MyAddress, caller.Address },
                { d => d.Template, template },
            });
        }
    }

    public Task OpenRevokeAsync(LiveLoad page, ApiKeyView key) => dialogs.ShowAsync<RevokeKeyDialog>(words["RevokeTitle"], new DialogParameters<RevokeKeyDialog>
    {
        { d => d.Key, key },
        { d => d.Facts, () => FactsAsync(KeySelection.Of([key.Id])) },
        { d => d.Revoke, reason => page.ActAsync(caller => keys.RevokeAsync(key.Id, reason, caller), _ => Tell(words["Revoked", ("name", key.Name)])) },
    });

    /// <param name="deleted">What else to do when it is gone, such as leaving its page.</param>
    public Task OpenDeleteAsync(LiveLoad page, ApiKeyView key, Action? deleted = null) => dialogs.ShowAsync<DeleteKeyDialog>(words["DeleteTitle"], new DialogParameters<DeleteKeyDialog>
    {
        { d => d.Key, key },
        { d => d.Delete, () => page.ActAsync(caller => keys.DeleteAsync(key.Id, policy.Speaking(caller)), _ => Deleted(key, deleted)) },
    });

    /// <param name="once">The <see cref="ActDialog.Once"/> of the dialog that this one goes on from.</param>
    public Task OpenRotateAsync(LiveLoad page, ApiKeyView key, Guid? once = null) => dialogs.ShowAsync<RotateKeyDialog>(words["RotateTitle"], new DialogParameters<RotateKeyDialog>
    {
        { d => d.Once, once ?? Guid.NewGuid() },
        { d => d.Key, key },
        { d => d.Rotate, (rotation, once) => TryRotateAsync(page, key, rotation, once) },
    });

    /// <summary>Without asking first, for a key whose values were lost: two clicks make one successor, which lives as long as the key was made to live.</summary>
    public async Task RotateAsync(LiveLoad page, ApiKeyView key)
    {
        // The key's own id names the one rotation that its lost values call for.
        if (await TryRotateAsync(page, key, new KeyRotation(), key.Id) is { } error)
        {
            Refuse(error);
        }
    }

    /// <summary>What revoking these keys will stop; null when it can't be had, which holds nobody up.</summary>
    public async Task<StopFacts?> FactsAsync(KeySelection selection)
    {
        try
        {
            return await session.PeekAsync() is { } caller ? (await stopFacts.OfAsync(selection, caller)).Value : null;
        }
        catch (Exception fault)
        {
            LogFactsFailed(log, fault);
            return null;
        }
    }

    /// <summary>Shows the values of a key that was made before.</summary>
    public void Reveal(Guid keyId) => cue.Give(keyId);

    public void Tell(string text) => notices.Add(text, Severity.Success);

    public void Refuse(Error error) => Refuse(faults.Say(error));

    public void Refuse(string text) => notices.Add(text, Severity.Error);

    private Task<Error?> TryRotateAsync(LiveLoad page, ApiKeyView key, KeyRotation rotation, Guid once) =>
        page.ActAsync(caller => reveals.RotateAsync(key.Id, policy.Speaking(caller), rotation, once), successor => cue.Give(successor.Id));

    private void Deleted(ApiKeyView key, Action? deleted)
    {
        Tell(words["Deleted", ("name", key.Name)]);
        deleted?.Invoke();
    }

    [LoggerMessage(5103, LogLevel.Warning, "What the revoking of API keys will stop could not be found out.")]
    private static partial void LogFactsFailed(ILogger logger, Exception fault);
}
