using Microsoft.Playwright;
using SalesOs.Dashboard.Components.Guide;
using SalesOs.Dashboard.Tests.Components.Guide;

namespace SalesOs.Dashboard.Tests.Browser;

public class GuidePageTests(Chromium chromium)
{
    private const int MostBytes = 120_000;
    private const int MostRequests = 12;

    /// <summary>How many blocks of code lie under their copy button.</summary>
    private const string CoveredBlocks =
        """
        () => [...document.querySelectorAll(".code")].filter(block => {
          const [code, button] = ["pre", "button"].map(tag => block.querySelector(tag).getBoundingClientRect());
          return code.width > 0 && code.left < button.right && button.left < code.right && code.top < button.bottom && button.top < code.bottom;
        }).length
        """;

    [Theory]
    [InlineData(1440, true, "en-US")]
    [InlineData(390, false, "pt-BR")]
    public async Task EveryPage_IsAccessibleFitsAndKeepsThePolicy(int width, bool dark, string locale)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, width, dark, locale);
        var person = await Person.OpenAsync(window, "/docs");
        foreach (var name in GuideDashboard.Names)
        {
            await person.Page.GotoAsync(GuidePages.AddressOf(name));
            await person.ShouldBeAccessibleAsync(name);
            await person.ShouldFitAsync(name);
            (await person.Page.EvaluateAsync<int>(CoveredBlocks)).ShouldBe(0, $"{name}: the copy button lies on code");
        }

        if (width == 390)
        {
            await person.Button("Mostrar as páginas desta documentação").ClickAsync();
            await person.ShouldBeAccessibleAsync("the list of pages");
            await person.Page.GetByRole(AriaRole.Link, new() { Name = "Leads", Exact = true }).First.ClickAsync();
            await person.ArriveAsync("/docs/leads$");
        }

        person.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_WithoutJavaScript_ReadsAndTurnsItsTabs()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, script: false);
        var page = await window.NewPageAsync();
        await page.GotoAsync("/docs");
        await page.Locator("#guide-pages").GetByRole(AriaRole.Link, new() { Name = "Leads" }).ClickAsync();
        var tabs = page.Locator(".tabs").First;
        await Assertions.Expect(tabs.Locator("pre").First).ToBeVisibleAsync();

        await tabs.GetByText("PHP", new() { Exact = true }).ClickAsync();

        await Assertions.Expect(tabs.Locator("pre:visible")).ToHaveCountAsync(1);
        await Assertions.Expect(tabs.Locator("pre:visible")).ToContainTextAsync("<?php");
        await Assertions.Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Português (Brasil)" }).ClickAsync();
        await Assertions.Expect(page.Locator("h2").First).ToHaveTextAsync("Os campos");
    }

    [Fact]
    public async Task Copy_AndTabs_CopyTheCodeAndTurnAllSetsOfThePage()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var person = await Person.OpenAsync(window, "/docs/leads");
        await person.Page.GetByText("Python", new() { Exact = true }).Nth(1).ClickAsync();
        foreach (var set in await person.Page.Locator(".tabs").AllAsync())
        {
            await Assertions.Expect(set.Locator("pre:visible")).ToContainTextAsync("import hashlib");
        }

        await Person.WithClipboardAsync(async () =>
        {
            await person.Page.Locator(".code:visible").First.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
            await Assertions.Expect(person.Page.Locator("#said")).ToHaveTextAsync("Copied");
            (await person.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(await person.Page.Locator("pre:visible code").First.TextContentAsync());
        });

        await person.Page.GotoAsync("/docs/activities");
        await Assertions.Expect(person.Page.Locator(".tab pre:visible").First).ToContainTextAsync("import hashlib");
        person.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task FirstLoad_OfTheLongestPage_IsSmall()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--ReloadStaticAssetsAtRuntime=false");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var load = FirstLoad.Watch(window);
        await Person.OpenAsync(window, "/docs/leads");
        var (loaded, list) = await load.DoneAsync();

        loaded.Count.ShouldBeInRange(4, MostRequests, list);
        loaded.Sum(l => l.Bytes).ShouldBeLessThanOrEqualTo(MostBytes, list);
    }

    [Fact]
    public async Task Links_OfTheDashboard_LeadToTheGuideAndTheKeyComesAlong()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Read how to sign a request" }).ClickAsync();
        await admin.ArriveAsync("/docs$");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "API Keys", Exact = true }).First.ClickAsync();
        await admin.LiveAsync();
        await admin.CreateKeyAsync("CRM sync");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Signing, step by step" })).ToHaveAttributeAsync("href", "/docs/authentication");
        await admin.SaveAsync();

        await admin.Row("CRM sync").GetByRole(AriaRole.Link, new() { Name = "CRM sync" }).ClickAsync();
        await admin.Page.Locator(".call select").SelectOptionAsync("update_lead");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync("LEAD_ID");
        var link = admin.Page.GetByRole(AriaRole.Link, new() { Name = "Signing, step by step" });
        var guide = await window.RunAndWaitForPageAsync(() => link.ClickAsync());
        await Assertions.Expect(guide.GetByRole(AriaRole.Note)).ToContainTextAsync("sk_live_");
        await Assertions.Expect(guide.Locator(".tab pre:visible")).ToContainTextAsync("# sk_live_");
        await guide.GetByRole(AriaRole.Link, new() { Name = "Leads", Exact = true }).First.ClickAsync();
        await Assertions.Expect(guide.GetByRole(AriaRole.Note)).ToContainTextAsync("sk_live_");

        // Nobody else learns from the address how the key looks.
        await using var stranger = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var other = await Person.OpenAsync(stranger, new Uri(guide.Url).PathAndQuery);
        await Assertions.Expect(other.Page.Locator("h1")).ToHaveTextAsync("Leads");
        await Assertions.Expect(other.Page.GetByRole(AriaRole.Note)).ToHaveCountAsync(0);
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Docs", Exact = true }).ClickAsync();
        await admin.ArriveAsync("/docs$");
        admin.Troubles.ShouldBeEmpty();
    }
}
