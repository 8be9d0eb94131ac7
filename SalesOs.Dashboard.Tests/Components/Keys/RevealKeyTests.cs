using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Reveal;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class RevealKeyTests : ComponentHouse
{
    private const string ApiKey = "sk_live_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6";
    private const string Secret = "salesos_secret_live_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM";

    private bool saved;

    [Fact]
    public void Secret_AtFirst_IsHidden()
    {
        var reveal = Reveal();

        reveal.Markup.ShouldContain(ApiKey);
        reveal.Markup.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Show_ThenHide_ShowsAndHidesTheSecret()
    {
        var reveal = Reveal();
        await reveal.Find("button[aria-label='Show API key secret']").ClickAsync(new());
        reveal.Markup.ShouldContain(Secret);

        await reveal.Find("button[aria-label='Hide API key secret']").ClickAsync(new());

        reveal.Markup.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Copy_WhileHidden_CopiesTheSecretAndSaysSo()
    {
        JSInterop.Setup<bool>("dashboard.copy", Secret).SetResult(true);
        var reveal = Reveal();

        await reveal.Find("button[aria-label='Copy API key secret']").ClickAsync(new());

        reveal.Find("[role=status]").TextContent.ShouldBe("Copied: API key secret");
    }

    [Fact]
    public async Task Copy_WhereTheBrowserForbidsIt_SaysWhatToDo()
    {
        JSInterop.Setup<bool>("dashboard.copy", _ => true).SetResult(false);
        var reveal = Reveal();

        await reveal.Find("button[aria-label='Copy API key']").ClickAsync(new());

        reveal.Find("[role=status]").TextContent.ShouldContain("copy it by hand");
    }

    [Fact]
    public void Navigation_WhileOpen_IsHeld()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        Reveal();

        navigation.NavigateTo("/elsewhere");

        navigation.Uri.ShouldNotContain("elsewhere");
    }

    [Fact]
    public async Task Saved_Clicked_TellsThePage()
    {
        await Reveal().Find("footer button").ClickAsync(new());

        saved.ShouldBeTrue();
    }

    [Fact]
    public void EnvFile_HoldsAddressKeyAndSecret() =>
        EnvFile.For(Created(), "https://dash.test").ShouldBe($"SALESOS_BASE_URL=https://dash.test\nSALESOS_API_KEY={ApiKey}\nSALESOS_API_KEY_SECRET={Secret}\n");

    private CreatedKey Created() => new(Key(), ApiKey, Secret);

    private IRenderedComponent<RevealKey> Reveal() => Render<RevealKey>(p => p.Add(r => r.Created, Created()).Add(r => r.Saved, () => saved = true));
}
