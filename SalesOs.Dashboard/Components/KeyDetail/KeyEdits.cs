using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Policies;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Saves what was edited, and takes it back.</summary>
public sealed partial class KeyEdits(
    ApiKeyService keys, AuditQueries audit, ForecastQuery forecasts, KeyActions actions, SessionCaller session, FaultWords faults, ShownPolicy policy, Words<KeyTexts> words, ILogger<KeyEdits> log)
{
    /// <summary>Who is about to edit; null when nobody is signed in any more.</summary>
    public Task<Caller?> BeginAsync() => session.GetAsync();

    /// <summary>What the key was used for, to see what an edit would have refused; null where it could not be had: the edit goes on without.</summary>
    public async Task<RecordedUse?> UseAsync(Guid id)
    {
        try
        {
            return await session.PeekAsync() is { } caller ? (await forecasts.UseAsync(id, Proposal.MostDays, caller)).Value : null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogUseFailed(log, fault);
            return null;
        }
    }

    /// <param name="shown">The key as the page shows it now.</param>
    /// <param name="version">What the edit is laid over.</param>
    public async Task<EditAnswer> SaveAsync(LiveLoad page, ApiKeyView shown, KeyEdit edit, int version)
    {
        // What the edit is laid over, not what was there when the form opened: taking it back must not undo another person's change too.
        var before = shown;
        var answer = new EditAnswer(Error: null);
        var error = await page.ActAsync(
            async caller =>
            {
                before = shown.Version == version ? shown : (await keys.GetAsync(shown.Id, caller)).Value;
                var result = await keys.EditAsync(shown.Id, edit, version, policy.Speaking(caller));
                while (result.Error is { Reason: ErrorReason.NotProven })
                {
                    // It is saved. An edit of nothing waits on until that is proven on every node.
                    result = await keys.EditAsync(shown.Id, new KeyEdit(), ifVersion: null, caller);
                }

                if (result.Error is { Reason: ErrorReason.ChangedSince } && (await keys.GetAsync(shown.Id, caller)).Value is { } current)
                {
                    answer = answer with { Current = current, ChangedBy = await LastEditorAsync(shown.Id, caller) };
                }

                return result;
            },
            edited => answer = answer with { Saved = new SavedEdit(words["Saved"], before?.Version == version ? before : null, edited.Version) });
        return answer with { Error = error };
    }

    /// <summary>Restores what the last edit changed, as an edit of its own. Null: it could not be done, and the reader was told why.</summary>
    public async Task<SavedEdit?> UndoAsync(LiveLoad page, SavedEdit saved, ApiKeyView before, ApiKeyView now)
    {
        SavedEdit? undone = null;
        var error = await page.ActAsync(
            caller => keys.EditAsync(before.Id, Restoring(before, now), saved.Version, caller),
            restored => undone = new SavedEdit(words["Undone"], Before: null, restored.Version));
        if (error is not null)
        {
            actions.Refuse(words["NotUndone", ("why", faults.Say(error))]);
            await page.LoadAsync();
        }

        return undone;
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

    [LoggerMessage(5123, LogLevel.Error, "What an API key was used for could not be loaded for its edit form.")]
    private static partial void LogUseFailed(ILogger logger, Exception fault);

    private async Task<string?> LastEditorAsync(Guid id, Caller caller) =>
        (await audit.ListAsync(new AuditFilter(PerPage: 1, Action: AuditActions.KeyEdited, KeyId: id), caller)).Value?.Entries.FirstOrDefault()?.Actor;
}

/// <summary>An edit for as long as it can be taken back.</summary>
/// <param name="Said">What became of it, in words.</param>
/// <param name="Before">What taking it back restores; null: there is nothing to take back.</param>
/// <param name="Version">The version that the edit made: taken back only while it stands.</param>
public sealed record SavedEdit(string Said, ApiKeyView? Before, int Version);
