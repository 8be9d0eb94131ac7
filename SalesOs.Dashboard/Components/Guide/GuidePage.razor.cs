using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Components.Guide;

/// <summary>A page of the guide. Anybody may read it; it is drawn on the server and needs no script.</summary>
public sealed partial class GuidePage
{
    [Parameter]
    public string? Name { get; set; }

    /// <summary>A whole API key, or the id of a key that the signed-in person may see: the samples then name it.</summary>
    [SupplyParameterFromQuery(Name = "key")]
    public string? Key { get; set; }

    private string Shown => Name ?? GuidePages.Start;

    private GuideDocument? Document { get; set; }

    private string? KeyShown { get; set; }

    /// <summary>What links within the guide take along, so that it goes on speaking of the key.</summary>
    private string Query { get; set; } = "";

    private string? Before => Pages.Names.TakeWhile(name => name != Shown).LastOrDefault();

    private string? After => Pages.Names.SkipWhile(name => name != Shown).Skip(1).FirstOrDefault();

    protected override async Task OnInitializedAsync()
    {
        if (Name == GuidePages.Start || !Pages.Has(Shown))
        {
            Navigation.NotFound();
            return;
        }

        KeyShown = CredentialFormat.IsApiKey(Key) ? Key : await HintAsync();
        Query = KeyShown is null ? "" : "?key=" + Key;
        Document = GuideDocument.From(Text.Fill(Shown, Navigation.BaseUri, KeyShown), Shown, Query, Words);
    }

    private async Task<string?> HintAsync() =>
        Guid.TryParseExact(Key, "D", out var id) && await Session.GetAsync() is { } caller && (await Keys.GetAsync(id, caller)) is { Done: true, Value: var key }
            ? $"{key.KeyPrefix}…{key.KeyLast4}"
            : null;
}
