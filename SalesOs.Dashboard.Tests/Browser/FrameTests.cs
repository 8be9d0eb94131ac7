using Microsoft.Playwright;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What stands around every page, for those who use no mouse, see no screen, or have a small or a huge one.</summary>
public class FrameTests(Chromium chromium)
{
    [Fact]
    public async Task Acting_OnThePage_TellsItsScriptNothingOfTheSession()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var frames = new Frames(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");

        await admin.Button("Create API key").First.ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).WaitForAsync();

        frames.Hold("ActedAsync").ShouldBeTrue("the click was told to the server");
        frames.Hold("\"capabilities\"").ShouldBeFalse("what the session holds is not the script's to know");
    }

    [Fact]
    public async Task Frame_ByKeyboard_LeadsFromTheSkipLinkThroughItsPanelsAndBack()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var page = admin.Page;
        var skip = page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" });
        (await page.EvaluateAsync<string>("() => document.querySelector('a, button, input, select, [tabindex]').className")).ShouldBe("skip", "nothing comes before it");
        await skip.FocusAsync();
        await Assertions.Expect(skip).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.activeElement.id === 'content'");

        foreach (var (button, inside) in (ValueTuple<string, string>[])[("Language", "English"), ("Theme", "Light"), ("Account of Adriano Lima", "Sign out")])
        {
            await admin.Button(button).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.GetByText(inside, new() { Exact = true })).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Tab");
            (await page.EvaluateAsync<bool>("() => document.activeElement.closest('[popover]:popover-open') !== null")).ShouldBeTrue($"Tab goes from '{button}' into what it opened");
            await admin.ShouldBeAccessibleAsync(button);
            await page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(admin.Button(button)).ToBeFocusedAsync();
        }

        await Assertions.Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main navigation" }).GetByRole(AriaRole.Link, new() { Name = "API Keys" }))
            .ToHaveAttributeAsync("aria-current", "page");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Theme_AsTheSystem_FollowsItWhileThePageIsOpenUntilOneIsChosen()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var light = await BackgroundAsync(admin);

        await admin.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await BackgroundAsync(admin, not: light);
        await admin.Button("Theme").ClickAsync();
        await admin.Button("Light").ClickAsync();
        await admin.Page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'light'");
        await BackgroundAsync(admin, light);

        await admin.Page.ReloadAsync();
        await BackgroundAsync(admin, light);
    }

    [Theory]
    [InlineData(360)]
    [InlineData(2560)]
    public async Task Frame_OnTheSmallestAndTheLargestScreen_ShowsAllWithoutScrollingSideways(int width)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, width, locale: "pt-BR");
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var page = admin.Page;
        await NothingSticksOutAsync(admin);

        if (width < 960)
        {
            await admin.Button("Abrir navegação").ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Chaves de API" })).ToBeVisibleAsync();
            await admin.ShouldBeAccessibleAsync("the narrow navigation");
            await admin.Button("Fechar navegação").ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Chaves de API" })).ToBeHiddenAsync();
        }

        foreach (var button in (string[])["Idioma", "Tema", "Conta de Adriano Lima"])
        {
            await admin.Button(button).ClickAsync();
            await NothingSticksOutAsync(admin);
            await page.Keyboard.PressAsync("Escape");
        }

        await admin.Button("Criar chave de API").First.ClickAsync();
        await page.GetByLabel("Nome", new() { Exact = true }).FillAsync("Integração com um nome tão comprido que não cabe em linha nenhuma de telefone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sincronizar leads" }).ClickAsync();
        await NothingSticksOutAsync(admin);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Criar chave de API" }).ClickAsync();
        await admin.Button("Guardei os dois valores").WaitForAsync();
        await NothingSticksOutAsync(admin);
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Motion_WhereItIsNotWanted_IsNone()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.CreateKeyAsync("CRM sync");

        (await admin.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("*")].flatMap(e => [null, "::before", "::after"].map(p => [e, getComputedStyle(e, p)]))
              .filter(([, s]) => [...s.animationDuration.split(","), ...s.transitionDuration.split(",")].some(d => parseFloat(d) > 0.001))
              .map(([e]) => e.outerHTML.slice(0, 120))
            """)).ShouldBeEmpty();
    }

    /// <summary>Waits until the page has this ground, or another than that one: colours pass into each other.</summary>
    private static Task BackgroundAsync(Person person, string? colour = null, string? not = null) => person.Page.WaitForFunctionAsync(
        "([colour, not]) => { const now = getComputedStyle(document.body).backgroundColor; return colour ? now === colour : now !== not; }", new[] { colour, not });

    private static Task<string> BackgroundAsync(Person person) => person.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");

    /// <summary>Nothing that is seen lies beyond the edges of the screen, and the page does not scroll sideways.</summary>
    private static async Task NothingSticksOutAsync(Person person) => (await person.Page.EvaluateAsync<string[]>(
        """
        () => {
          const width = document.documentElement.clientWidth;
          const scrolls = e => e.parentElement && (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e.parentElement).overflowX) || scrolls(e.parentElement));
          return [...document.querySelectorAll("body *")]
            .filter(e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest(".skip, .sr-only, svg") && !scrolls(e))
            .filter(e => { const box = e.getBoundingClientRect(); return box.width > 1 && (box.left < -1 || box.right > Math.max(width, innerWidth) + 1); })
            .map(e => e.outerHTML.slice(0, 120))
            .concat(document.documentElement.scrollWidth > width + 1 ? ["the page scrolls sideways"] : []);
        }
        """)).ShouldBeEmpty();
}
