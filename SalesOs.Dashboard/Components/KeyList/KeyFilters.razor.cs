using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Find;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// Search and filters. It shows an address and answers with the next one; the page goes there. The search is guarded by a script: what holds API keys or a
/// secret never arrives as text.
/// </summary>
public sealed partial class KeyFilters : IDisposable
{
    private const int PrefixLength = 16;

    private SearchBox box = null!;
    private bool open;
    private ElementReference field;
    private DotNetObjectReference<KeyFilters>? self;

    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter]
    public EventCallback<KeysAddress> Changed { get; set; }

    /// <summary>The name of the person whose keys are shown, where the page knows it.</summary>
    [Parameter]
    public string? Creator { get; set; }

    /// <summary>The script has found API keys, a secret, or both in what was pasted.</summary>
    [Parameter]
    public EventCallback<PastedKeys> Pasted { get; set; }

    /// <summary>How many filters hold beside the search. On a narrow screen they are behind one button, which says so.</summary>
    private int Held => new[] { Address.Status is not null || Address.Mark is not null, Address.Environment is not null, Address.Scope is not null, Address.Creator is not null }.Count(holds => holds);

    public void Dispose()
    {
        box.Dispose();
        self?.Dispose();
    }

    /// <summary>Called by the page's script, which has put the keys' prefixes in the box already.</summary>
    [JSInvokable]
    public Task FoundAsync(ScannedText scanned)
    {
        var search = string.Join(' ', scanned.Keys.Select(Named).Distinct(StringComparer.Ordinal));
        // What the address has no room for is left out.
        search = search.Length <= KeysAddress.MaxSearchLength ? search : search[..search.LastIndexOf(' ', KeysAddress.MaxSearchLength)];
        box.Put(search);
        var target = Address with { Search = search.Length == 0 ? null : search, Page = 1 };
        // Of a secret alone nothing more is known than where its key must be.
        return Pasted.InvokeAsync(new PastedKeys(scanned, scanned is { Keys.Length: 0, SecretsOf: [var only] } ? target with { Environment = only } : target));
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            await Browser.InvokeVoidAsync("apiKeys.guard", field, self);
        }
    }

    protected override void OnInitialized() => box = new SearchBox(
        Clock, () => InvokeAsync(box.SearchAsync), search => Changed.InvokeAsync(Address with { Search = search, Page = 1 }));

    protected override void OnParametersSet() => box.Arrive(Address.Search);

    /// <summary>A whole key by its prefix; one as the table shows it, as it is.</summary>
    private static string Named(string key) => key.Contains('…', StringComparison.Ordinal) ? key : key[..Math.Min(key.Length, PrefixLength)];

    private static T? Chosen<T>(ChangeEventArgs change)
        where T : struct, Enum => Enum.TryParse<T>(change.Value as string, out var value) ? value : null;

    private Task ChooseStatus(ChangeEventArgs change) => Choose(Address with { Status = Chosen<KeyStatus>(change), Mark = Chosen<KeyMark>(change) });

    private Task Choose(KeysAddress next) => Changed.InvokeAsync(next with { Page = 1 });

    private Task ClearAsync()
    {
        box.Put("");
        return Changed.InvokeAsync(Address.Unfiltered());
    }
}

/// <param name="Target">Where what was found is shown.</param>
public sealed record PastedKeys(ScannedText Found, KeysAddress Target);
