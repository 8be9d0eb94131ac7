using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>
/// Finds leaked keys: a text is pasted, the script of the page picks the API keys out of it, and only those come here. Each is revoked as leaked with one click.
/// </summary>
public sealed partial class FindKeysDialog : IDisposable
{
    private DotNetObjectReference<FindKeysDialog>? self;
    private ElementReference field;

    /// <summary>Looks up API keys, whole or as the table shows them; null when nobody may, or it failed.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyCollection<string>, Task<FoundKeys?>> Find { get; set; } = null!;

    /// <summary>Revokes as leaked; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyList<ApiKeyView>, Task<Error?>> Revoke { get; set; } = null!;

    [Parameter]
    public bool CanRevoke { get; set; }

    private FoundKeys? Found { get; set; }

    private bool HasSecret { get; set; }

    private bool Asked { get; set; }

    private List<ApiKeyView> Revocable => [.. (Found?.Known ?? []).Select(k => k.Key).Where(k => k.Status != KeyStatus.Revoked)];

    /// <summary>The page's script has looked through what was pasted.</summary>
    [JSInvokable]
    public async Task FoundAsync(string[] keys, bool secret)
    {
        HasSecret = secret;
        Asked = true;
        Found = keys.Length == 0 ? null : await Find(keys);
        StateHasChanged();
    }

    public void Dispose() => self?.Dispose();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            await Browser.InvokeVoidAsync("apiKeys.guard", field, self);
        }
    }

    protected override bool StaysOpen => true;

    /// <summary>Looks again.</summary>
    protected override async Task DoneAsync()
    {
        if (Found is { } found)
        {
            Found = await Find([.. found.Known.Select(k => k.ApiKey).Distinct(StringComparer.Ordinal)]) is { } now ? now with { Unknown = found.Unknown + now.Unknown } : found;
        }
    }

    private string Summary(FoundKeys found) => found.Unknown == 0
        ? Words["FindFound", ("count", found.Known.Count)]
        : $"{Words["FindFound", ("count", found.Known.Count)]} {Words["FindForeign", ("count", found.Unknown)]}";

    private Task RevokeAsync(IReadOnlyList<ApiKeyView> keys) => ActAsync(() => Revoke(keys));

    private void Close() => Dialog.Close();
}

/// <param name="Unknown">How many more were asked for: another organization's, or deleted.</param>
public sealed record FoundKeys(IReadOnlyList<FoundKey> Known, int Unknown);
