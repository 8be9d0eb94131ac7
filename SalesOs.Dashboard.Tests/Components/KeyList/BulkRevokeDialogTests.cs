using Bunit;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Bulk;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class BulkRevokeDialogTests : ComponentHouse
{
    private int revoked;

    [Fact]
    public async Task Keys_OfAHandful_AreNamedAndTakeOneClick()
    {
        var dialog = await OpenAsync(BulkRevokeDialog.MostWithAClick);
        dialog.FindAll("#bulk-number").ShouldBeEmpty();

        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        revoked.ShouldBe(1);
    }

    [Theory]
    [InlineData("en", "321", 0)]
    [InlineData("en", "", 0)]
    [InlineData("en", "322", 1)]
    [InlineData("pt-BR", " 322 ", 1)]
    public async Task Number_OfMoreKeys_IsTyped(string culture, string typed, int acts)
    {
        Speak(culture);
        var dialog = await OpenAsync(322);
        dialog.Find(".mud-button-filled-error").HasAttribute("disabled").ShouldBeTrue();

        await dialog.Find("#bulk-number").InputAsync(typed);
        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        revoked.ShouldBe(acts);
    }

    [Fact]
    public async Task Names_ArePartlyShownAndThenAll()
    {
        var dialog = await OpenAsync(300, total: 309);
        dialog.FindAll("#bulk-keys li").Count.ShouldBe(8);

        await dialog.Find("[aria-controls=bulk-keys]").ClickAsync(new());

        dialog.FindAll("#bulk-keys li").Count.ShouldBe(301);
        dialog.FindAll("#bulk-keys li")[^1].TextContent.ShouldBe("and 9 more");
        dialog.Find("#bulk-keys").GetAttribute("tabindex").ShouldBe("0", "what scrolls is reached by the keyboard");
    }

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(int count, int? total = null) => ShowAsync(new DialogParameters<BulkRevokeDialog>
    {
        { d => d.Many, new ManyKeys([.. Enumerable.Range(0, count).Select(i => Key($"Key {i}"))], total ?? count) },
        { d => d.Facts, () => Task.FromResult<StopFacts?>(null) },
        { d => d.Revoke, _ =>
            {
                revoked++;
                return Task.FromResult<Error?>(null);
            }
        },
    });
}
