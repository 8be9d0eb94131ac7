using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Bulk;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>Several keys at once: chosen across pages and filters, or all that one person has made.</summary>
public sealed partial class KeysPage
{
    [Inject]
    private BulkRevocation Bulk { get; set; } = null!;

    [Inject]
    private StopFactsQuery StopFactsOf { get; set; } = null!;

    private Dictionary<Guid, ApiKeyView> Chosen { get; } = [];

    private IReadOnlySet<Guid> ChosenIds => Chosen.Keys.ToHashSet();

    private void Choose(IReadOnlyList<ApiKeyView> keys)
    {
        var choose = !keys.All(k => Chosen.ContainsKey(k.Id));
        foreach (var key in keys)
        {
            if (!choose)
            {
                Chosen.Remove(key.Id);
            }
            else if (Chosen.Count < BulkRevocation.MostAtOnce)
            {
                Chosen[key.Id] = key;
            }
        }
    }

    private Task OpenRevokeChosenAsync()
    {
        var selection = KeySelection.Of(Chosen.Keys);
        IReadOnlyList<ApiKeyView> chosen = [.. Chosen.Values];
        return Dialogs.ShowAsync<BulkRevokeDialog>(ListWords["BulkTitle"], new DialogParameters<BulkRevokeDialog>
        {
            { d => d.Chosen, chosen },
            { d => d.Facts, () => FactsAsync(selection) },
            { d => d.Revoke, reason => RevokeManyAsync(selection, reason) },
        });
    }

    private Task OpenRevokePersonAsync(ApiKeyView key)
    {
        var selection = KeySelection.AllBy(key.CreatedById!.Value);
        return Dialogs.ShowAsync<BulkRevokeDialog>(ListWords["BulkTitle"], new DialogParameters<BulkRevokeDialog>
        {
            { d => d.Person, key.CreatedBy },
            { d => d.Facts, () => FactsAsync(selection) },
            { d => d.Revoke, reason => RevokeManyAsync(selection, reason) },
        });
    }

    private Task<Error?> RevokeManyAsync(KeySelection selection, string? reason) => ActAsync(
        caller => RevokeAllAsync(selection, reason, caller),
        count =>
        {
            Chosen.Clear();
            Notices.Add(ListWords["BulkDone", ("count", count)], Severity.Success);
        });

    /// <summary>A person may have made more keys than one act revokes.</summary>
    private async Task<Result<int>> RevokeAllAsync(KeySelection selection, string? reason, Caller caller)
    {
        var count = 0;
        while (true)
        {
            var outcome = await Bulk.RevokeAsync(selection, reason, caller);
            if (!outcome.Done)
            {
                return outcome.Error;
            }

            count += outcome.Value.Keys.Count;
            if (!outcome.Value.MayBeMore)
            {
                return count;
            }
        }
    }

    /// <summary>What will stop; null when it can't be had, which holds nobody up.</summary>
    private async Task<StopFacts?> FactsAsync(KeySelection selection)
    {
        try
        {
            return await Session.PeekAsync() is { } caller ? (await StopFactsOf.OfAsync(selection, caller)).Value : null;
        }
        catch (Exception fault)
        {
            LogFactsFailed(Log, fault);
            return null;
        }
    }

    [LoggerMessage(5103, LogLevel.Warning, "What the revoking of API keys will stop could not be found out.")]
    private static partial void LogFactsFailed(ILogger logger, Exception fault);
}
