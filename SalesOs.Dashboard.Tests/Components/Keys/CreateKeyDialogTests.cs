using AngleSharp.Dom;
using Bunit;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Create;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class CreateKeyDialogTests : ComponentHouse
{
    private NewKey? asked;
    private Error? answer;

    [Fact]
    public async Task Submit_Untouched_ShowsEachFaultBesideItsFieldAndAsksNothing()
    {
        var dialog = await OpenAsync();
        await dialog.FindAll(".scope input")[0].ChangeAsync(false);

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBeNull();
        var name = dialog.Find("#key-name");
        name.GetAttribute("aria-invalid").ShouldBe("true");
        dialog.Find("#" + name.GetAttribute("aria-describedby")).TextContent.ShouldBe("Give the key a name.");
        dialog.Find("#scopes-fault").TextContent.ShouldContain("Choose at least one scope");
        JSInterop.VerifyInvoke("dashboard.focusFirstFault");
    }

    [Fact]
    public async Task Submit_WithANameAndAScope_AsksForNinetyDays()
    {
        var dialog = await OpenAsync();
        await FillAsync(dialog);

        await dialog.Find("form").SubmitAsync();

        var request = asked.ShouldNotBeNull();
        request.Name.ShouldBe("CRM sync");
        request.Scopes.ShouldBe([Scopes.DefaultSync, Scopes.LeadsRead]);
        (request.ExpiresInDays, request.RateLimit, request.SingleUse, request.Environment).ShouldBe((90, 1000, null, KeyEnvironment.Live));
        dialog.FindAll("form").ShouldBeEmpty();
    }

    [Fact]
    public async Task FullAccess_WithItsTick_IsAsked()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-name").InputAsync("ERP");
        await dialog.FindAll(".scope input")[0].ChangeAsync(false);
        await dialog.Find(".full input").ChangeAsync(true);

        await dialog.Find("form").SubmitAsync();

        asked.ShouldNotBeNull().Scopes.ShouldBeEmpty();
    }

    [Fact]
    public async Task FullAccess_TickedBeforeAnotherChoice_MustBeTickedAnew()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-name").InputAsync("ERP");
        await dialog.FindAll(".scope input")[0].ChangeAsync(false);
        await dialog.Find(".full input").ChangeAsync(true);
        await dialog.FindAll(".scope input")[0].ChangeAsync(true);
        await dialog.FindAll(".scope input")[0].ChangeAsync(false);

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBeNull();
    }

    [Fact]
    public async Task Field_LeftWithAFault_SaysSoAndIsQuietOnceMended()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-rate").InputAsync("0");
        await dialog.Find("#key-rate").BlurAsync(new());
        dialog.Find("#key-rate-fault").TextContent.ShouldContain("from 1 to 1,000,000");

        await dialog.Find("#key-rate").InputAsync("5,000");

        dialog.FindAll("#key-rate-fault").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en", "1,5", null, "without decimals, such as 1000 or 1,000")]
    [InlineData("en", "1,000", 1000, null)]
    [InlineData("en", "\uFF12\uFF15", 25, null)]
    [InlineData("en", "2,000,000", null, "from 1 to 1,000,000")]
    [InlineData("pt-BR", "1000.00", null, "sem casas decimais, como 1000 ou 1.000")]
    [InlineData("pt-BR", "1.5", null, "sem casas decimais")]
    [InlineData("pt-BR", "1.000", 1000, null)]
    public async Task RateLimit_AsItIsTyped_IsReadAsItIsMeantOrSaysWhatIsWrong(string culture, string typed, int? limit, string? said)
    {
        Speak(culture);
        var dialog = await OpenAsync();
        await FillAsync(dialog);
        await dialog.Find("#key-rate").InputAsync(typed);

        await dialog.Find("form").SubmitAsync();

        asked?.RateLimit.ShouldBe(limit.GetValueOrDefault());
        (asked is null).ShouldBe(limit is null);
        if (said is not null)
        {
            dialog.Find("#key-rate-fault").TextContent.ShouldContain(said);
        }
    }

    [Fact]
    public async Task Date_Chosen_MeansTheEndOfThatDay()
    {
        var dialog = await OpenAsync();
        await FillAsync(dialog);
        await dialog.Find("#key-expiry").ChangeAsync("Date");
        await dialog.Find("#key-expiry-date").ChangeAsync("2026-12-31");

        await dialog.Find("form").SubmitAsync();

        asked.ShouldNotBeNull().ExpiresAt.ShouldBe(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Never_Chosen_Warns()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-expiry").ChangeAsync("Never");

        dialog.Find(".warning").TextContent.ShouldContain("never expires");
    }

    [Fact]
    public async Task Addresses_OnePerLine_AreJudgedByTheDomainsRules()
    {
        var dialog = await OpenAsync();
        await FillAsync(dialog);
        await dialog.Find("#key-addresses").InputAsync("203.0.113.7\n10.0.0.1/8");
        await dialog.Find("form").SubmitAsync();
        dialog.Find("#key-addresses-fault").TextContent.ShouldContain("10.0.0.1/8");

        await dialog.Find("#key-addresses").InputAsync("203.0.113.7\n 10.0.0.0/8 ");
        await dialog.Find("form").SubmitAsync();

        asked.ShouldNotBeNull().AllowedIps.ShouldBe(["203.0.113.7", "10.0.0.0/8"]);
    }

    [Fact]
    public async Task Addresses_AsTheyAreTyped_AreJudgedOnceEachIsFinished()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-addresses").InputAsync("203.0.113.7\n10.0.0.1/");
        dialog.FindAll("#key-addresses-fault").ShouldBeEmpty("the second is still under way");

        await dialog.Find("#key-addresses").InputAsync("203.0.113.7\n10.0.0.1/8\n");
        dialog.Find("#key-addresses-fault").TextContent.ShouldContain("10.0.0.1/8");
        dialog.Find("#key-addresses").GetAttribute("aria-invalid").ShouldBe("true");

        await dialog.Find("#key-addresses").InputAsync("203.0.113.7\n10.0.0.0/8\n2001");
        dialog.FindAll("#key-addresses-fault").ShouldBeEmpty();
        await dialog.Find("#key-addresses").BlurAsync(new());
        dialog.Find("#key-addresses-fault").TextContent.ShouldContain("2001");
    }

    [Theory]
    [InlineData("", "198.51.100.4")]
    [InlineData("203.0.113.7, 2001:db8::/32", "203.0.113.7|2001:db8::/32|198.51.100.4")]
    [InlineData("198.51.100.4;203.0.113.7", "198.51.100.4|203.0.113.7")]
    public async Task MyAddress_WithOneClick_IsListedOnce(string typed, string expected)
    {
        var dialog = await OpenAsync("198.51.100.4");
        await FillAsync(dialog);
        await dialog.Find("#key-addresses").InputAsync(typed);
        var button = dialog.Find(".addresses button");
        button.TextContent.ShouldBe("Use my address (198.51.100.4)");

        await button.ClickAsync(new());
        await dialog.Find(".addresses button").ClickAsync(new());
        await dialog.Find("form").SubmitAsync();

        asked.ShouldNotBeNull().AllowedIps.ShouldBe(expected.Split('|'));
    }

    [Fact]
    public async Task MyAddress_NotKnown_IsNotOffered()
    {
        var dialog = await OpenAsync();

        dialog.FindAll(".addresses button").ShouldBeEmpty();
        dialog.Find("#key-addresses-hint").TextContent.ShouldContain("Empty allows every address");
    }

    [Fact]
    public async Task Addresses_Listed_SayWhatThatMeans()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-addresses").InputAsync("203.0.113.7 10.0.0.0/8 ");
        dialog.Find("#key-addresses-hint").TextContent.ShouldBe("The key works from these 2 addresses and blocks alone.");
    }

    [Fact]
    public async Task SingleUse_SwitchedOff_IsAsked()
    {
        var dialog = await OpenAsync();
        await FillAsync(dialog);
        dialog.Find("[role=switch]").HasAttribute("checked").ShouldBeTrue();
        await dialog.Find("[role=switch]").ChangeAsync(false);

        await dialog.Find("form").SubmitAsync();

        asked.ShouldNotBeNull().SingleUse.ShouldBe(false);
    }

    [Fact]
    public async Task Advanced_WithAFault_OpensAndStaysOpenOnceItIsMended()
    {
        var dialog = await OpenAsync();
        await FillAsync(dialog);
        await dialog.Find("#key-addresses").InputAsync("x");
        dialog.Find("details").HasAttribute("open").ShouldBeFalse();

        await dialog.Find("form").SubmitAsync();
        dialog.Find("details").HasAttribute("open").ShouldBeTrue();
        await dialog.Find("#key-addresses").InputAsync("::1");
        dialog.Find("details").HasAttribute("open").ShouldBeTrue();

        await dialog.Find("summary").ClickAsync(new());
        dialog.Find("details").HasAttribute("open").ShouldBeFalse();
    }

    [Fact]
    public async Task Error_OfTheService_StaysInTheDialogWithWhatWasTyped()
    {
        answer = new Error(ErrorReason.TooManyKeys);
        var dialog = await OpenAsync();
        await FillAsync(dialog);

        await dialog.Find("form").SubmitAsync();

        dialog.Find(".refused").TextContent.ShouldContain("limit of API keys");
        dialog.Find("#key-name").GetAttribute("value").ShouldBe("CRM sync");
    }

    private static async Task FillAsync(IRenderedComponent<MudDialogProvider> dialog)
    {
        await dialog.Find("#key-name").InputAsync(" CRM sync ");
        await dialog.FindAll(".scope input")[1].ChangeAsync(true);
        await dialog.Find("#key-name").InputAsync("CRM sync");
    }

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(string? myAddress = null) => ShowAsync(new DialogParameters<CreateKeyDialog>
    {
        { d => d.Create, (request, _) =>
            {
                asked = request;
                return Task.FromResult(answer);
            }
        },
        { d => d.MyAddress, myAddress },
    });
}
