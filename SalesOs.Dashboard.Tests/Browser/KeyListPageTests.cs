using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Components.KeyList.Totals;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Faults;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The page of API keys with some in it: its figures, several at once, its keyboard, and what moves by itself.</summary>
public class KeyListPageTests(Chromium chromium)
{
    [Fact]
    public async Task Figures_AreFiltersAndFollowByThemselves()
    {
        await using var dashboard = await StartAsync("One", "Two");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var figures = admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "API keys at a glance" });
        var (active, ended) = (figures.GetByRole(AriaRole.Link).First, figures.GetByRole(AriaRole.Link).Last);
        await Assertions.Expect(active.Locator("strong")).ToHaveTextAsync("2");
        await Assertions.Expect(ended.Locator("strong")).ToHaveTextAsync("0");

        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var three = (await keys.CreateAsync(new NewKey("Three"), KeyHouse.Admin())).Value!;
        await Assertions.Expect(active.Locator("strong")).ToHaveTextAsync("3");
        await keys.RevokeAsync(three.Key.Id, reason: null, KeyHouse.Admin());
        await Assertions.Expect(ended.Locator("strong")).ToHaveTextAsync("1");

        await ended.ClickAsync();
        await Assertions.Expect(ended).ToHaveAttributeAsync("aria-current", "true");
        await Assertions.Expect(admin.Row("Three")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.Row("One")).ToHaveCountAsync(0);
        await admin.Page.WaitForFunctionAsync("() => location.search === '?status=ended'");
        await ended.ClickAsync();
        await Assertions.Expect(admin.Row("One")).ToHaveCountAsync(1);
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task List_UnderThePointer_WaitsWithRowsThatWouldMoveIt()
    {
        await using var dashboard = await StartAsync("One", "Two");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        // Its answer shows that the page knows of the pointer and of the focus in the table.
        await admin.Page.GetByLabel("Select One", new() { Exact = true }).CheckAsync();
        await Assertions.Expect(admin.Page.GetByText("1 key selected")).ToBeVisibleAsync();
        var place = await admin.Row("One").BoundingBoxAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var two = (await keys.ListAsync(new KeyQuery(Search: "Two"), KeyHouse.Admin())).Value!.Keys.Single();

        await keys.CreateAsync(new NewKey("Three"), KeyHouse.Admin());
        await keys.RevokeAsync(two.Id, reason: null, KeyHouse.Admin());

        await Assertions.Expect(admin.Page.GetByText("The list has changed.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Row("Two")).ToContainTextAsync("Revoked");
        await Assertions.Expect(admin.Row("Three")).ToHaveCountAsync(0);
        (await admin.Row("One").BoundingBoxAsync())!.Y.ShouldBe(place!.Y);
        await admin.Page.Mouse.MoveAsync(5, 5);
        await admin.Page.EvaluateAsync("() => document.activeElement.blur()");
        await Assertions.Expect(admin.Row("Three")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.Page.GetByText("The list has changed.")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task SeveralKeys_ChosenOrAllByOnePerson_AreRevokedForOneReason()
    {
        await using var dashboard = await StartAsync("One", "Two", "Three");
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var leaver = KeyHouse.Admin() with { Subject = "leaver", Email = "leaver@acme.test" };
        foreach (var name in (string[])["Left 1", "Left 2"])
        {
            await keys.CreateAsync(new NewKey(name), leaver);
        }

        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Page.GetByLabel("Select One", new() { Exact = true }).CheckAsync();
        await admin.Button("Select all 5").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("5 keys selected")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByLabel("Select Left 2", new() { Exact = true })).ToBeCheckedAsync();
        await admin.Button("Clear").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("keys selected")).ToBeHiddenAsync();
        await admin.Page.GetByLabel("Select One", new() { Exact = true }).CheckAsync();
        await admin.Page.GetByLabel("Select Two", new() { Exact = true }).CheckAsync();
        await Assertions.Expect(admin.Page.GetByText("2 keys selected")).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Region, new() { Name = "Selected keys" }).GetByRole(AriaRole.Button, new() { Name = "Revoke…" }).ClickAsync();
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToContainTextAsync("None of these 2 keys has ever been used, so nothing should stop working.");
        await Assertions.Expect(dialog).ToContainTextAsync("This can’t be undone");
        await admin.Page.GetByLabel("It leaked, or may have").CheckAsync();
        await admin.Button("Revoke 2 keys").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("2 keys are revoked.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Row("One")).ToContainTextAsync("Revoked");
        await Assertions.Expect(admin.Page.GetByText("2 keys selected")).ToBeHiddenAsync();

        await admin.OpenActionAsync("Left 1", "Revoke all by this person…");
        await Assertions.Expect(dialog).ToContainTextAsync("All keys made by leaver@acme.test");
        await admin.Button("Revoke 2 keys").ClickAsync();
        await Assertions.Expect(admin.Row("Left 2")).ToContainTextAsync("Revoked");
        await Assertions.Expect(admin.Row("Three")).ToContainTextAsync("Active");
        var all = (await keys.ListAsync(new KeyQuery(Sort: KeySort.Name, Descending: false), KeyHouse.Admin())).Value!.Keys;
        all.Select(k => (k.Name, k.RevokeReason)).ShouldBe([("Left 1", null), ("Left 2", null), ("One", "leaked"), ("Three", null), ("Two", "leaked")]);
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Figures_ThatCouldNotBeLoaded_AreTriedAgainByThemselves()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var database = new UnreliableDatabase();
        await using var dashboard = await RunningDashboard.StartAsync(
            time,
            configure: builder => builder.Services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(database)),
            settings: ["--Logging:LogLevel:Default=None", "--Logging:LogLevel:SalesOs.Dashboard=None", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None"]);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", AuditAddress.Path);
        var figures = admin.Page.GetByRole(AriaRole.Navigation, new() { Name = "API keys at a glance" });

        database.Fail();
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "API Keys" }).ClickAsync();
        await Assertions.Expect(figures).ToContainTextAsync("—");
        database.Recover();
        time.Advance(KeyTotalsBar.UsageInterval);

        await Assertions.Expect(figures).Not.ToContainTextAsync("—");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Letters_TypedWhileTheAnswerToTheFirstIsUnderWay_Stay()
    {
        await using var dashboard = await StartAsync("One");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var line = await SlowLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var box = admin.Page.GetByRole(AriaRole.Searchbox);
        await box.FocusAsync();
        line.Hold();

        await admin.Page.Keyboard.PressAsync("o");
        await line.EventToServerAsync();
        await admin.Page.Keyboard.PressAsync("n");
        await Assertions.Expect(box).ToHaveValueAsync("on");
        await line.DrawAsync();

        (await box.InputValueAsync()).ShouldBe("on");
        line.Release();
        await admin.ArriveAsync("/integrations/api-keys\\?search=on$");
        (await box.InputValueAsync()).ShouldBe("on");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keyboard_SearchesCreatesWalksTheRowsAndTellsItsKeys()
    {
        await using var dashboard = await StartAsync("One", "Two", "Three");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var keyboard = admin.Page.Keyboard;
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);

        await keyboard.PressAsync("/");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await keyboard.PressAsync("c");
        await keyboard.PressAsync("?");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("c?");
        await keyboard.PressAsync("Control+A");
        await keyboard.PressAsync("Delete");
        await Assertions.Expect(admin.Row("One")).ToHaveCountAsync(1);
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await admin.Row("Three").GetByRole(AriaRole.Link).FocusAsync();
        await keyboard.PressAsync("?");
        await Assertions.Expect(dialog).ToContainTextAsync("Previous or next key in the table");
        await dialog.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await keyboard.PressAsync("c");
        await admin.Button("Keyboard shortcuts").ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("Create an API key");
        await Assertions.Expect(dialog.GetByRole(AriaRole.Checkbox)).Not.ToBeCheckedAsync();
        await dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await keyboard.PressAsync("c");
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await admin.Row("Three").GetByRole(AriaRole.Link).FocusAsync();
        await keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(admin.Row("Two").GetByRole(AriaRole.Link)).ToBeFocusedAsync();
        await keyboard.PressAsync("End");
        await Assertions.Expect(admin.Row("One").GetByRole(AriaRole.Link)).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowUp");
        await keyboard.PressAsync("Enter");
        var two = (await dashboard.Services.GetRequiredService<ApiKeyService>().ListAsync(new KeyQuery(Search: "Two"), KeyHouse.Admin())).Value!.Keys.Single();
        await admin.Page.WaitForFunctionAsync("path => location.pathname === path", $"/integrations/api-keys/{two.Id}");
    }

    /// <summary>In Portuguese, whose words are the longer ones. What axe-core says of the list and its dialogs, <see cref="Tour"/> asks.</summary>
    [Fact]
    public async Task LongWords_InTheListAndItsDialogs_NeverScrollSideways()
    {
        var longest = $"{new string('W', 80)} of a very long name";
        await using var dashboard = await StartAsync(longest, "Integração São Paulo");
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        await keys.CreateAsync(new NewKey("Expiring", KeyEnvironment.Test, Scopes.All, RateLimit: 1_000_000, ExpiresInDays: 3), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var admin = await Person.SignInAsync(window, "admin@acme.test", portuguese: true);
        await Assertions.Expect(admin.Page.Locator(".totals strong").First).ToHaveTextAsync("3");
        await admin.Page.GetByLabel($"Selecionar {longest}", new() { Exact = true }).CheckAsync();
        await ShouldFitAsync("list");

        await admin.Page.GetByRole(AriaRole.Region).GetByRole(AriaRole.Button).Last.ClickAsync();
        await admin.Page.GetByText("Esta chave nunca foi usada").WaitForAsync();
        await ShouldFitAsync("bulk revoke");
        await CloseAsync(admin);

        await admin.Button("Buscar uma chave vazada").ClickAsync();
        var leaked = (await keys.CreateAsync(new NewKey(new string('M', 100)), KeyHouse.Admin())).Value!;
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).FillAsync($"{leaked.ApiKey} {leaked.Secret}");
        await admin.Page.GetByText("1 das suas chaves está neste texto.").WaitForAsync();
        await ShouldFitAsync("find");
        admin.Troubles.ShouldBeEmpty();

        async Task ShouldFitAsync(string where)
        {
            await admin.ShouldFitTheNarrowestAsync(where);
            await admin.Page.SetViewportSizeAsync(1440, 900);
            await admin.ShouldFitAsync(where);
        }
    }

    private static string NewSecret => CredentialFormat.NewSecret(test: true);

    private static async Task CloseAsync(Person person)
    {
        await person.Page.Keyboard.PressAsync("Escape");
        await person.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    private static async Task<RunningDashboard> StartAsync(params string[] names)
    {
        var dashboard = await RunningDashboard.StartAsync();
        foreach (var name in names)
        {
            (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey(name), KeyHouse.Admin())).Done.ShouldBeTrue();
        }

        return dashboard;
    }
}
