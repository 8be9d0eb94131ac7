using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>An owner at night: a suspected key is stopped with three clicks from the list, the page says what happens next, and one click brings it back.</summary>
public class PauseTests(Chromium chromium)
{
    [Fact]
    public async Task SuspectedKey_IsPausedWithThreeClicks_AndResumedWithOne()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var made = (await keys.CreateAsync(new NewKey("CRM sync", SingleUse: false), KeyHouse.Admin())).Value!;
        await keys.CreateAsync(new NewKey("Other"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        (await CallAsync()).ShouldBe(200);

        await admin.Button("Actions for CRM sync").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Pause…" }).ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("It stays paused until somebody resumes it.");
        await admin.ShouldBeAccessibleAsync("the dialog to pause a key", dialog);
        await admin.Page.SetViewportSizeAsync(360, 740);
        await admin.ShouldFitAsync("the dialog to pause a key");
        await admin.Page.SetViewportSizeAsync(1280, 800);
        await admin.Button("Pause key").DblClickAsync();
        await Assertions.Expect(admin.Row("CRM sync")).ToContainTextAsync("Paused");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        (await CallAsync()).ShouldBe(403);
        (await dashboard.Services.GetRequiredService<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.KeyPaused), KeyHouse.Auditor())).Value!.Total.ShouldBe(1);

        await admin.Page.GotoAsync("/integrations/api-keys?status=paused");
        await admin.LiveAsync();
        await Assertions.Expect(admin.Row("Other")).ToHaveCountAsync(0);
        await admin.ShouldBeAccessibleAsync("the list of paused keys");
        await admin.Row("CRM sync").GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync("Every request signed with it is refused until somebody resumes it.");
        await admin.ShouldBeAccessibleAsync("the page of a paused key");

        await admin.Button("Change the pause…").ClickAsync();
        await admin.Page.GetByLabel("Reason (optional)").FillAsync("Odd calls");
        await admin.Page.GetByText("1 hour", new() { Exact = true }).ClickAsync();
        await admin.Page.GetByText("It is revoked for good", new() { Exact = true }).ClickAsync();
        await admin.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(1);
        await admin.Button("Keep editing").ClickAsync();
        await admin.Button("Change the pause").ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync("It is revoked for good:");
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync("Odd calls");

        await admin.Button("Resume now").DblClickAsync();
        await Assertions.Expect(admin.Page.Locator(".banner")).ToHaveCountAsync(0);
        (await CallAsync()).ShouldBe(200);
        (await dashboard.Services.GetRequiredService<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.KeyResumed), KeyHouse.Auditor())).Value!.Total.ShouldBe(1);

        await admin.Page.GotoAsync("/integrations/api-keys");
        await admin.LiveAsync();
        await admin.Page.GetByLabel("Select all keys on this page").CheckAsync();
        await admin.Page.GetByRole(AriaRole.Region, new() { Name = "Selected keys" }).GetByRole(AriaRole.Button, new() { Name = "Pause…" }).ClickAsync();
        await admin.Button("Pause 2 keys").ClickAsync();
        await Assertions.Expect(admin.Row("Other")).ToContainTextAsync("Paused");
        await admin.Page.GetByLabel("Select all keys on this page").CheckAsync();
        await admin.Page.GetByRole(AriaRole.Region, new() { Name = "Selected keys" }).GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Assertions.Expect(admin.Row("Other")).ToContainTextAsync("Active");
        (await CallAsync()).ShouldBe(200);
        admin.Troubles.ShouldBeEmpty();

        Task<int> CallAsync() => PauseTests.CallAsync(dashboard, made);
    }

    [Fact]
    public async Task BrownOut_StartedOnAKeysPage_ShowsWhoNoticed()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Nightly export", SingleUse: false), KeyHouse.Admin())).Value!;
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", $"/integrations/api-keys/{made.Key.Id}");
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);

        await admin.Button("Plan a brown-out…").ClickAsync();
        await admin.Page.GetByText("At times that I choose, up to 5").ClickAsync();
        await admin.Button("Plan it").ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#brown-out-time-1-fault")).ToContainTextAsync("Choose a time.");
        await admin.ShouldBeAccessibleAsync("the dialog to plan a brown-out", dialog);
        await admin.Page.GetByText("Now", new() { Exact = true }).ClickAsync();
        await admin.Button("Start now").DblClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync("Brown-out");
        (await CallAsync(dashboard, made)).ShouldBe(403);

        var section = admin.Page.Locator("#brown-outs");
        await Assertions.Expect(section.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await Assertions.Expect(section).ToContainTextAsync("127.0.0.1");
        await Assertions.Expect(section).ToContainTextAsync("nightly/3");
        await Assertions.Expect(section).ToContainTextAsync("GET /v1/whoami");
        await admin.ShouldBeAccessibleAsync("the page of a key in a brown-out");
        await admin.Page.SetViewportSizeAsync(360, 740);
        await admin.ShouldFitAsync("the page of a key in a brown-out");
        await admin.Page.SetViewportSizeAsync(1280, 800);
        await admin.Button("End it now").ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".banner")).ToHaveCountAsync(0);
        (await CallAsync(dashboard, made)).ShouldBe(200);
        admin.Troubles.ShouldBeEmpty();
    }

    private static async Task<int> CallAsync(RunningDashboard dashboard, CreatedKey key)
    {
        using var client = dashboard.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.UserAgent.ParseAdd("nightly/3");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
