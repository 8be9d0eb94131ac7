using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>
/// Finds leaked keys: a text is pasted, the script of the page picks the API keys out of it, and only those come here. They are revoked as leaked with one click,
/// each or all; then the dialog tells what is on record, for a report.
/// </summary>
public sealed partial class FindKeysDialog : IDisposable
{
    private readonly LatestLoad latest = new();
    private DotNetObjectReference<FindKeysDialog>? self;
    private ElementReference field;
    private MudButton? copy;
    private bool revoked;
    private int justRevoked;
    private int? secretsUnknown;
    private bool backToField;

    /// <summary>Looks up API keys, whole or as the table shows them; null when nobody may, or it failed.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyCollection<string>, Task<FoundKeys?>> Find { get; set; } = null!;

    /// <summary>Revokes as leaked; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyList<ApiKeyView>, Task<Error?>> Revoke { get; set; } = null!;

    /// <summary>Finds the keys of secrets on the server; null when nobody may, or it failed.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyCollection<string>, Task<SecretsLookedUp?>> LookUp { get; set; } = null!;

    [Parameter]
    public bool CanRevoke { get; set; }

    /// <summary>Null until a text was looked through.</summary>
    private ScannedText? Scanned { get; set; }

    private FoundKeys? Found { get; set; }

    private string? Copied { get; set; }

    private List<ApiKeyView> Known => [.. (Found?.Known ?? []).Select(k => k.Key)];

    private List<ApiKeyView> Revocable => [.. Known.Where(k => k.Status != KeyStatus.Revoked)];

    private List<ApiKeyView> Stopped => [.. Known.Where(k => k.Status == KeyStatus.Revoked)];

    /// <summary>What the text holds, each kind in a line of its own.</summary>
    private IEnumerable<string> Summary
    {
        get
        {
            if (justRevoked > 0)
            {
                yield return Words["BulkDone", ("count", justRevoked)];
            }

            if (Known.Count > 0)
            {
                yield return Words["FindFound", ("count", Known.Count)];
            }

            if (Found is { Unknown: > 0 and var unknown })
            {
                yield return Words["FindForeign", ("count", unknown)];
            }

            if (secretsUnknown is > 0 and var secrets)
            {
                yield return Words["FindSecretForeign", ("count", secrets)];
            }

            if (Scanned is { More: > 0 and var more })
            {
                yield return Words["FindMore", ("count", more)];
            }

            if (Scanned is { Damaged: > 0 and var damaged })
            {
                yield return Words["FindDamaged", ("count", damaged)];
            }

            if (Scanned is { Keys.Length: 0, Damaged: 0, Secret: false })
            {
                yield return Words["FindNone"];
            }
        }
    }

    /// <summary>The page's script has looked through what was pasted. The keys of the text before go at once: nobody is to revoke them for those of this one.</summary>
    [JSInvokable]
    public Task FoundAsync(ScannedText scanned) => latest.RunAsync(async cancelled =>
    {
        (Scanned, Found, Copied, justRevoked, secretsUnknown) = (scanned, null, null, 0, null);
        StateHasChanged();
        if (scanned.Keys.Length > 0 && await Find(scanned.Keys) is var found && !cancelled.IsCancellationRequested)
        {
            Found = found;
            StateHasChanged();
        }
    });

    public void Dispose()
    {
        latest.Dispose();
        self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            await Browser.InvokeVoidAsync("apiKeys.guard", field, self);
        }

        if (backToField)
        {
            // So has the button that asked.
            (backToField, revoked) = (false, false);
            await field.FocusAsync();
        }

        if (revoked && copy is not null)
        {
            // The button that was pressed has gone.
            revoked = false;
            try
            {
                await copy.FocusAsync();
            }
            catch (JSException)
            {
                // Another text was pasted meanwhile, which has no report yet.
            }
        }
    }

    protected override bool StaysOpen => true;

    /// <summary>Looks again.</summary>
    protected override async Task DoneAsync()
    {
        if (Scanned is { } scanned && await Find(scanned.Keys) is var found && ReferenceEquals(Scanned, scanned))
        {
            Found = found ?? Found;
            (revoked, Copied) = (Stopped.Count > 0, null);
        }
    }

    /// <summary>The reader has agreed: only now the secrets leave the browser, for this server alone.</summary>
    private Task LookUpAsync() => ActAsync(async () =>
    {
        if (Scanned is { } scanned && await LookUp(await Browser.InvokeAsync<string[]>("apiKeys.secretsIn", field)) is { } lookedUp && ReferenceEquals(Scanned, scanned))
        {
            // From here on they are as good as named.
            Scanned = scanned with { Keys = [.. scanned.Keys.Union(lookedUp.Keys, StringComparer.Ordinal)] };
            (secretsUnknown, justRevoked, backToField) = (lookedUp.Unknown, 0, true);
        }

        return null;
    });

    private Task RevokeAsync(IReadOnlyList<ApiKeyView> keys) => ActAsync(async () =>
    {
        var error = await Revoke(keys);
        justRevoked = error is null ? keys.Count : 0;
        return error;
    });

    private async Task CopyReportAsync()
    {
        var copied = await Browser.InvokeAsync<bool>("dashboard.copy", Report.Write(Stopped, Found!.Stops));
        Copied = Words[copied ? "ReportCopied" : "ReportNotCopied"];
    }

    private void Close() => Dialog.Close();
}
