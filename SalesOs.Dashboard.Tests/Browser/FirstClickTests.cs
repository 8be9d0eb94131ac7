using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What is clicked, chosen and typed on a page that is drawn but has no circuit yet is not lost.</summary>
public class FirstClickTests(Chromium chromium)
{
    [Fact]
    public async Task Act_BeforeTheCircuitIsThere_IsDoneAsSoonAsItIs()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Warehouse"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var scripts = new TaskCompletionSource();
        await window.RouteAsync(url => url.Contains("blazor.web", StringComparison.Ordinal), async route =>
        {
            await scripts.Task;
            await route.ContinueAsync();
        });

        await OpenAsync("/integrations/api-keys");
        await admin.Button("Create API key").ClickAsync();
        await Assertions.Expect(admin.Button("Create API key")).ToHaveAttributeAsync("aria-busy", "true");
        await ArriveAsync();
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();

        await OpenAsync("/integrations/api-keys");
        await admin.Page.GetByLabel("Select Warehouse", new() { Exact = true }).CheckAsync();
        await admin.Page.GetByLabel("Environment", new() { Exact = true }).SelectOptionAsync("Live");
        await admin.Page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("ware");
        await ArriveAsync();
        // Into the field that has taken the place of the first one.
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await admin.Page.Keyboard.TypeAsync("house");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("warehouse");
        await Assertions.Expect(admin.Page.GetByText("1 key selected")).ToBeVisibleAsync();
        await admin.Page.WaitForFunctionAsync("() => location.search.includes('search=warehouse') && location.search.includes('environment=live')");

        await OpenAsync($"/integrations/api-keys/{made.Value!.Key.Id}");
        await admin.Button("Edit").ClickAsync();
        await ArriveAsync();
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();

        await OpenAsync("/integrations/audit");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Theme" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Group, new() { Name = "Theme" }).GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await ArriveAsync();
        await Assertions.Expect(admin.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Assertions.Expect(admin.Page.Locator("html[data-waits]")).ToHaveCountAsync(0);
        admin.Troubles.ShouldBeEmpty();

        async Task OpenAsync(string path)
        {
            scripts = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await admin.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Commit });
            await admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
        }

        async Task ArriveAsync()
        {
            (await admin.Page.Locator("html[data-live]").CountAsync()).ShouldBe(0);
            scripts.SetResult();
            await admin.LiveAsync();
        }
    }

    [Fact]
    public async Task FirstClick_OnASlowProcessor_IsNotLost()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Warehouse"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var browser = await window.NewCDPSessionAsync(admin.Page);
        await browser.SendAsync("Emulation.setCPUThrottlingRate", new(StringComparer.Ordinal) { ["rate"] = 4 });
        await admin.Page.GotoAsync("/integrations/api-keys", new() { WaitUntil = WaitUntilState.Commit });

        await admin.Button("Create API key").ClickAsync();

        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Dialog_OnASlowLine_HasTheFocusAsItIsDrawnAndTakesItFromNoOtherField()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Warehouse"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var line = await SlowLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");

        line.Hold();
        await admin.Button("Create API key").ClickAsync();
        await line.EventToServerAsync();
        while (await admin.Page.GetByRole(AriaRole.Dialog).CountAsync() == 0)
        {
            await line.DrawAsync();
        }

        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();

        await admin.Page.Locator("#key-rate").FillAsync("many");
        line.Release();
        await admin.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(admin.Page.Locator("#key-rate[aria-invalid=true]")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.Page.Locator("input[name=environment]:focus")).ToHaveCountAsync(1);
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task FieldEnteredBeforeTheFormTakesTheFocus_KeepsIt()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Warehouse"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", $"/integrations/api-keys/{made.Value!.Key.Id}");
        await admin.Page.EvaluateAsync("""
            () => {
              const { focusFirstField } = dashboard;
              dashboard.focusFirstField = formId => {
                document.getElementById("edit-rate").focus();
                focusFirstField(formId);
                document.documentElement.dataset.asked = "";
              };
            }
            """);

        await admin.Button("Edit").ClickAsync();

        await Assertions.Expect(admin.Page.Locator("html[data-asked]")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.Page.Locator("#edit-rate")).ToBeFocusedAsync();
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Secret_PastedBeforeTheCircuitIsThere_StaysInThePage()
    {
        const string Secret = "salesos_secret_live_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG";
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Warehouse"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var frames = new Frames(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var scripts = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await window.RouteAsync(url => url.Contains("blazor.web", StringComparison.Ordinal), async route =>
        {
            await scripts.Task;
            await route.ContinueAsync();
        });
        await admin.Page.GotoAsync("/integrations/api-keys", new() { WaitUntil = WaitUntilState.Commit });
        var search = admin.Page.GetByRole(AriaRole.Searchbox);
        await search.FillAsync(Secret);
        scripts.SetResult();
        await admin.LiveAsync();

        await Assertions.Expect(admin.Page.Locator(".advice")).ToBeVisibleAsync();
        await search.FillAsync("warehouse");
        await admin.Page.WaitForFunctionAsync("() => location.search.includes('search=warehouse')");
        frames.Hold(Secret[..30]).ShouldBeFalse();
    }
}
