using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Components.Reveal;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.Reveal;

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
    public async Task Download_OfTheEnvFile_IsNamedAfterTheKey()
    {
        var reveal = Reveal();

        await reveal.FindAll("button").Single(b => b.TextContent.Contains("Download .env", StringComparison.Ordinal)).ClickAsync(new());

        JSInterop.Invocations["dashboard.download"].ShouldHaveSingleItem().Arguments[0].ShouldBe("crm-sync.env");
        reveal.Markup.ShouldContain("crm-sync.env is in your downloads.");
        reveal.Find(".load code").TextContent.ShouldBe("set -a; . ./crm-sync.env; set +a");
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
    public async Task Hide_OfTheKey_HidesItsField()
    {
        var reveal = Reveal();

        await reveal.Find("button[aria-label='Hide API key']").ClickAsync(new());

        reveal.Find("[role=textbox]").TextContent.ShouldNotContain("sk_live");
    }

    [Fact]
    public async Task Copy_WhileHidden_CopiesTheSecretAndSaysSo()
    {
        JSInterop.Setup<bool>("dashboard.copy", Secret).SetResult(true);
        var reveal = Reveal();

        await reveal.Find("button[aria-label='Copy API key secret']").ClickAsync(new());

        reveal.Find("footer p[role=status]").TextContent.ShouldBe("Copied: API key secret");
    }

    [Fact]
    public async Task Copy_WhereTheBrowserForbidsIt_SaysWhatToDo()
    {
        JSInterop.Setup<bool>("dashboard.copy", _ => true).SetResult(false);
        var reveal = Reveal();

        await reveal.Find("button[aria-label='Copy API key']").ClickAsync(new());

        reveal.Find("footer p[role=status]").TextContent.ShouldContain("copy it by hand");
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
    public void Text_InTheReadersLanguage_SaysUntilWhenItComesBack()
    {
        Reveal().Find("#reveal-text").TextContent.ShouldContain("until 12:10:00 PM");

        Speak("pt-BR");
        Reveal().Find("#reveal-text").TextContent.ShouldContain("até 12:10:00");
    }

    [Theory]
    [InlineData("en", "The server is restarting. Copy both values now.", "until")]
    [InlineData("pt-BR", "O servidor está reiniciando. Copie os dois valores agora.", "até")]
    public void Server_ToldToStop_SaysToCopyBothNowAndPromisesNothing(string culture, string words, string promise)
    {
        Speak(culture);
        var reveal = Reveal();
        reveal.FindAll("[role=alert]").ShouldBeEmpty();

        Services.GetRequiredService<Stopping>().Tell();

        reveal.WaitForElement("[role=alert]").TextContent.ShouldBe(words);
        reveal.Find("#reveal-text").TextContent.ShouldNotContain(promise);
    }

    [Fact]
    public void FirstRequest_NotYetThere_IsWaitedFor() =>
        Reveal().Find(".first").TextContent.Trim().ShouldBe("Waiting for the first signed request…");

    [Fact]
    public void FirstRequest_LetIn_TurnsGreenWithAddressAndTime()
    {
        var line = Reveal(new FirstRequest.Arrived(Clock.GetUtcNow(), "203.0.113.7")).Find(".first");

        line.ClassName.ShouldNotBeNull().ShouldContain("arrived");
        line.TextContent.Trim().ShouldBe("A signed request arrived at 12:00:00 PM from 203.0.113.7. The key works.");
    }

    [Theory]
    [InlineData("en", "A request was refused at 12:00:00 PM: The caller’s clock is 41 s behind", "set its clock by NTP")]
    [InlineData("pt-BR", "Uma requisição foi recusada às 12:00:00: O relógio de quem chamou está 41 s atrasado", "relógio da máquina que chama via NTP")]
    public void FirstRequest_Refused_SaysWhyAndWhatToDo(string culture, string reason, string advice)
    {
        Speak(culture);

        var line = Reveal(new FirstRequest.Rejected(Refused())).Find(".first");

        line.ClassName.ShouldNotBeNull().ShouldContain("refused");
        line.TextContent.ShouldContain(reason);
        line.TextContent.ShouldContain(advice);
    }

    [Fact]
    public async Task Samples_ByArrowKeys_GoRoundTheLanguages()
    {
        var reveal = Reveal();
        var tabs = reveal.FindAll("[role=tab]").Select(t => t.TextContent).ToList();
        tabs.ShouldBe(["cURL", "Node.js", "Python", "C#", "PHP"]);

        await reveal.Find("[role=tablist]").KeyDownAsync("ArrowLeft");
        reveal.Find("[role=tab][aria-selected=true]").TextContent.ShouldBe("PHP");
        reveal.Find("[role=tabpanel] code").TextContent.ShouldStartWith("<?php");
        await reveal.Find("[role=tablist]").KeyDownAsync("ArrowRight");

        reveal.Find("[role=tab][aria-selected=true]").TextContent.ShouldBe("cURL");
        reveal.FindAll("[role=tab][tabindex='0']").ShouldHaveSingleItem().TextContent.ShouldBe("cURL");
    }

    [Fact]
    public async Task Samples_EachLanguage_NameTheKeyAndReadBothValuesFromTheEnvironment()
    {
        var reveal = Reveal();
        await reveal.Find("button[aria-label='Show API key secret']").ClickAsync(new());
        foreach (var tab in reveal.FindAll("[role=tab]").Select(t => t.Id).ToList())
        {
            await reveal.Find("#" + tab).ClickAsync(new());
            var code = reveal.Find("[role=tabpanel] pre").TextContent;
            code.ShouldContain($"{Key().KeyPrefix}…{Key().KeyLast4}");
            code.ShouldMatch("SALESOS_API_KEY[^_]");
            code.ShouldContain("SALESOS_API_KEY_SECRET");
            code.ShouldNotContain(ApiKey);
            code.ShouldNotContain(Secret);
        }
    }

    [Fact]
    public async Task Samples_OfAnotherCall_AreShownWhenItIsChosen()
    {
        var reveal = Reveal();
        reveal.FindAll(".call option").Select(option => option.TextContent).ShouldBe(["whoami", "list_leads", "read_lead"]);

        await reveal.Find(".call select").ChangeAsync(new ChangeEventArgs { Value = "read_lead" });

        reveal.Find("[role=tabpanel] code").TextContent.ShouldContain("LEAD_ID");
        reveal.Find(".run").TextContent.ShouldContain("bash read_lead.sh");
    }

    [Fact]
    public void EnvFile_HoldsAddressKeyAndSecret() =>
        EnvFile.For(Created(), "https://dash.test").ShouldBe($"SALESOS_BASE_URL=https://dash.test\nSALESOS_API_KEY={ApiKey}\nSALESOS_API_KEY_SECRET={Secret}\n");

    private CreatedKey Created() => new(Key(), ApiKey, Secret);

    private RejectionView Refused() => new(
        Guid.CreateVersion7(),
        Guid.CreateVersion7(),
        Clock.GetUtcNow(),
        Verdict.OutsideWindow,
        Proven: false,
        "GET",
        "/v1/whoami",
        TargetCut: false,
        "203.0.113.7",
        "curl/8",
        SkewSeconds: 41,
        Timestamp: null,
        SignatureStart: null,
        BodyDigest: null,
        Scope: null,
        Culprit.None);

    private IRenderedComponent<RevealKey> Reveal(FirstRequest? first = null) => Render<RevealKey>(p => p
        .Add(r => r.Reveal, new SalesOs.Dashboard.ApiKeys.Reveal(Created(), Clock.GetUtcNow().AddMinutes(10)))
        .Add(r => r.First, first ?? new FirstRequest.Waiting())
        .Add(r => r.Saved, () => saved = true));
}
