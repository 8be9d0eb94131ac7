using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>A key's page, end to end: watched, edited, taken back, looked into, rotated.</summary>
public class KeyPageTests(Chromium chromium)
{
    [Fact]
    public async Task Edit_SavedUndoneAndContested_LosesNothing()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var key = (await MakeAsync(dashboard, new NewKey("CRM sync", Scopes: [Scopes.LeadsRead]))).Key;
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", "/integrations/api-keys");
        await admin.OpenActionAsync("CRM sync", "Rotate…");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("This key goes on working");
        await admin.Button("Cancel").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await admin.Button("Actions for CRM sync").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit" }).PressAsync("Enter");
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
        await admin.Button("Cancel").ClickAsync();
        await Assertions.Expect(admin.Button("Edit")).ToBeFocusedAsync();
        await admin.ArriveAsync($"/integrations/api-keys/{key.Id}$");
        await admin.Button("Edit").PressAsync("Enter");
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
        await admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Rate limit" }).FillAsync("0");
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Rate limit" })).ToBeFocusedAsync();
        await Assertions.Expect(admin.Page.Locator("#edit-rate-fault")).ToContainTextAsync("1,000,000");
        await admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Rate limit" }).FillAsync("2,500");
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("CRM sync (new)");
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("Changes saved.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Button("Edit")).ToBeFocusedAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("CRM sync (new)");
        await Assertions.Expect(admin.Page.Locator("#facts")).ToContainTextAsync("2,500 requests per hour");
        await Assertions.Expect(admin.Page.Locator("#history li").First).ToContainTextAsync("2,500");

        await admin.Button("Undo").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("Undone: the former settings are back.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.Locator("#facts")).ToContainTextAsync("1,000 requests per hour");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("CRM sync");
        await Assertions.Expect(admin.Page.Locator("#history li")).ToHaveCountAsync(3);

        await admin.Button("Edit").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Rate limit" }).FillAsync("4,000");
        var other = KeyHouse.Admin() with { Email = "bia@acme.test", Subject = "bia" };
        var version = (await Keys(dashboard).GetAsync(key.Id, other)).Value!.Version;
        (await Keys(dashboard).EditAsync(key.Id, new KeyEdit { RateLimit = 777, Notes = "Ask Bia" }, version, other)).Done.ShouldBeTrue();
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".foreign")).ToContainTextAsync("bia@acme.test changed this key while you were editing");
        await Assertions.Expect(admin.Page.Locator(".foreign")).ToContainTextAsync("777");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Rate limit" })).ToHaveValueAsync("4,000");
        await Assertions.Expect(admin.Page.GetByLabel("Notes", new() { Exact = true })).ToHaveValueAsync("Ask Bia");
        await admin.ShouldBeAccessibleAsync("contested edit");
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#facts")).ToContainTextAsync("4,000 requests per hour");
        await Assertions.Expect(admin.Page.Locator("#facts")).ToContainTextAsync("Ask Bia");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Usage_MovesByItselfAndIsReadByKeyboardAndAsATable()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, new NewKey("CRM sync", Scopes: [Scopes.LeadsRead]));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", $"/integrations/api-keys/{made.Key.Id}");
        await Assertions.Expect(admin.Page.GetByText("Make the first request")).ToBeVisibleAsync();

        for (var call = 0; call < 3; call++)
        {
            (await CallAsync(dashboard, made, "GET", "/v1/whoami")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // By itself: nobody touches the page.
        await Assertions.Expect(admin.Page.Locator("#usage")).ToContainTextAsync("By endpoint");
        await Assertions.Expect(admin.Page.Locator("#usage dl")).ToContainTextAsync("3of 1,000");
        await Assertions.Expect(admin.Page.Locator("#callers")).ToContainTextAsync("127.0.0.1");

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "24 h", Exact = true }).ClickAsync();
        await admin.ArriveAsync("usage=24h");
        var chart = admin.Page.GetByRole(AriaRole.Slider);
        // The address is there before the chart of the other range, which is another element.
        await Assertions.Expect(chart).ToHaveAttributeAsync("aria-valuemax", "95");
        await chart.FocusAsync();
        await Assertions.Expect(chart).ToHaveAttributeAsync("aria-valuenow", "95");
        await Assertions.Expect(admin.Page.Locator("[data-tip]")).ToBeVisibleAsync();
        await admin.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(chart).ToHaveAttributeAsync("aria-valuenow", "0");
        await Assertions.Expect(chart).ToHaveAttributeAsync("aria-valuetext", new Regex(": 0 let in, 0 refused$"));
        await admin.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(chart).ToHaveAttributeAsync("aria-valuenow", "1");
        var total = 0;
        for (var bar = 95; bar >= 93; bar--)
        {
            // The calls may lie on either side of a quarter of an hour.
            await admin.Page.Keyboard.PressAsync(bar == 95 ? "End" : "ArrowLeft");
            await Assertions.Expect(chart).ToHaveAttributeAsync("aria-valuenow", $"{bar}");
            var said = await chart.GetAttributeAsync("aria-valuetext");
            total += int.Parse(Regex.Match(said!, @": (\d+) let in").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        }

        total.ShouldBe(3);
        await chart.HoverAsync(new() { Position = new Position { X = 3, Y = 20 } });
        await Assertions.Expect(admin.Page.Locator("[data-bar]").First).ToHaveClassAsync(new Regex("at"));
        await admin.ShouldBeAccessibleAsync("chart with its cursor");

        await admin.Page.GetByText("The chart as a table").PressAsync("Enter");
        await Assertions.Expect(admin.Page.Locator(".twin tbody tr")).ToHaveCountAsync(96);
        var column = await admin.Page.Locator(".twin tbody td:nth-child(2)").AllInnerTextsAsync();
        column.Sum(int.Parse).ShouldBe(3);
        await admin.ShouldBeAccessibleAsync("chart as a table");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rejection_IsFoundByItsIdWithTheReasonAndWhatToDo()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, new NewKey("CRM sync", Scopes: [Scopes.LeadsRead]));
        var other = await MakeAsync(dashboard, new NewKey("ERP"));
        await CallAsync(dashboard, made, "GET", "/v1/whoami");
        var unscoped = await CallAsync(dashboard, made, "POST", "/v1/leads", body: "{}");
        unscoped.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var late = await CallAsync(dashboard, made, "GET", "/v1/whoami", secondsAgo: 7_200);
        var elsewhere = await CallAsync(dashboard, other, "GET", "/v1/whoami", secondsAgo: 7_200);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", $"/integrations/api-keys/{made.Key.Id}");
        await Assertions.Expect(auditor.Page.Locator(".group").First).ToContainTextAsync("lacks the scope leads:write");
        await Assertions.Expect(auditor.Page.Locator(".group").Last).ToContainTextAsync("clock is 2 hours behind");

        await FindAsync(auditor, IdOf(unscoped));
        await Assertions.Expect(auditor.Page.Locator(".found")).ToBeFocusedAsync();
        await Assertions.Expect(auditor.Page.Locator(".found")).ToContainTextAsync("add leads:write to the key’s scopes");
        await auditor.ArriveAsync("request=" + IdOf(unscoped));
        await auditor.ShouldBeAccessibleAsync("a refused request");
        var link = auditor.Page.Url;

        await FindAsync(auditor, IdOf(late));
        await Assertions.Expect(auditor.Page.Locator(".found")).ToContainTextAsync("NTP");
        // What is found takes the focus; a field that is filled in that moment would stay as it was.
        await Assertions.Expect(auditor.Page.Locator(".found")).ToBeFocusedAsync();
        await FindAsync(auditor, Guid.NewGuid().ToString());
        await Assertions.Expect(auditor.Page.Locator(".found")).ToContainTextAsync("No refused request with this ID is on record");
        await Assertions.Expect(auditor.Page.Locator(".found")).ToBeFocusedAsync();
        await FindAsync(auditor, IdOf(elsewhere));
        await auditor.Page.GetByRole(AriaRole.Link, new() { Name = "Open that key" }).ClickAsync();
        await Assertions.Expect(auditor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("ERP");
        await Assertions.Expect(auditor.Page.Locator(".found")).ToContainTextAsync("clock is 2 hours behind");

        await auditor.Page.GotoAsync(link);
        await auditor.LiveAsync();
        await Assertions.Expect(auditor.Page.Locator(".found")).ToBeFocusedAsync();
        await auditor.Page.GetByRole(AriaRole.Link, new() { Name = "API Keys" }).Last.ClickAsync();
        await auditor.ArriveAsync("/integrations/api-keys$");
        auditor.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rotate_MakesALinkedSuccessorAndTheOldOneIsRevokedFromEitherPage()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var old = await MakeAsync(dashboard, new NewKey("CRM sync", Scopes: [Scopes.LeadsRead], RateLimit: 500));
        await CallAsync(dashboard, old, "GET", "/v1/whoami");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", $"/integrations/api-keys/{old.Key.Id}");
        await admin.Button("Rotate…").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("This key goes on working");
        await admin.ShouldBeAccessibleAsync("rotate");
        await admin.Button("Make the successor").ClickAsync();
        var (apiKey, secret) = await admin.RevealedAsync();
        await admin.SaveAsync();

        var lanes = admin.Page.Locator("#rotation article");
        await Assertions.Expect(lanes).ToHaveCountAsync(2);
        await Assertions.Expect(lanes.First).ToContainTextAsync("this key");
        await Assertions.Expect(lanes.Last).ToContainTextAsync($"{apiKey[..16]}…{apiKey[^4..]}");
        (await CallAsync(dashboard, apiKey, secret, "GET", "/v1/whoami")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CallAsync(dashboard, old, "GET", "/v1/whoami")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Assertions.Expect(lanes.First).ToContainTextAsync("2 requests let in");
        await Assertions.Expect(lanes.Last).ToContainTextAsync("1 request let in");
        await Assertions.Expect(admin.Page.Locator("#rotation .wizard")).ToContainTextAsync("When you end it.");
        await admin.ShouldBeAccessibleAsync("rotated");

        await lanes.Last.GetByRole(AriaRole.Link, new() { Name = "Open" }).ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#rotation article").Last).ToContainTextAsync("this key");
        await Assertions.Expect(admin.Page.Locator("#facts")).ToContainTextAsync("500 requests per hour");
        await admin.Page.Locator("#facts").GetByRole(AriaRole.Link, new() { Name = "the key before it" }).ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#rotation article").First).ToContainTextAsync("this key");
        await admin.Button("Revoke…").ClickAsync();
        await admin.Page.GetByLabel("It was replaced by another key").CheckAsync();
        await admin.Button("Revoke key").ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync("Reason: It was replaced by another key.");
        (await admin.Button("Edit").CountAsync()).ShouldBe(0);
        (await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Test calls in the sandbox" }).CountAsync()).ShouldBe(0);
        await Assertions.Expect(admin.Page.Locator("#rotation")).ToContainTextAsync("The old key no longer works.");
        (await admin.Button("Rotate…").CountAsync()).ShouldBe(0);
        (await CallAsync(dashboard, old, "GET", "/v1/whoami")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await CallAsync(dashboard, apiKey, secret, "GET", "/v1/whoami")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Assertions.Expect(admin.Page.Locator("#refused")).ToContainTextAsync("Somebody still uses this key");

        await admin.Button("Duplicate settings…").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByLabel("Rate limit")).ToHaveValueAsync("500");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByLabel("Name", new() { Exact = true }).FillAsync("ERP");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await admin.RevealedAsync();
        await admin.SaveAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("ERP");
        await Assertions.Expect(admin.Page.Locator("#facts")).ToContainTextAsync("500 requests per hour");
        await Assertions.Expect(admin.Page.Locator("#usage")).ToContainTextAsync("Make the first request");
        await admin.ShouldBeAccessibleAsync("never used");
        await admin.Page.GoBackAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("CRM sync");

        await admin.Button("Delete…").ClickAsync();
        await admin.Page.GetByLabel("To confirm, type the key’s name").FillAsync("CRM sync");
        await admin.Button("Delete key").ClickAsync();
        await admin.ArriveAsync("/integrations/api-keys$");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_ForThoseWhoMayNotChange_HasNoActionsAndForOthersIsNotThere()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var key = (await MakeAsync(dashboard, new NewKey("CRM sync"))).Key;
        var path = $"/integrations/api-keys/{key.Id}";
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", path);
        await Assertions.Expect(auditor.Page.Locator("#facts")).ToContainTextAsync("1.000 requisições por hora");
        foreach (var action in (string[])["Editar", "Rotacionar…", "Revogar…", "Excluir…"])
        {
            (await auditor.Button(action).CountAsync()).ShouldBe(0);
        }

        await auditor.ShouldBeAccessibleAsync("never used, in Portuguese");
        await using var beta = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var stranger = await Person.SignInAsync(beta, "admin@beta.test", path);
        await Assertions.Expect(stranger.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("This key isn’t here");
        await stranger.ShouldBeAccessibleAsync("not here");
        (await beta.APIRequest.GetAsync(path)).Status.ShouldBe(404);
        (await beta.APIRequest.GetAsync("/integrations/api-keys/nonsense")).Status.ShouldBe(404);
        await using var third = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var manager = await Person.SignInAsync(third, "manager@acme.test", path);
        await Assertions.Expect(manager.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("audit.integrations");
        (await (await third.APIRequest.GetAsync(path)).TextAsync()).ShouldNotContain("CRM sync");
        stranger.Troubles.ShouldBeEmpty();
    }

    /// <summary>In Portuguese, whose words are the longer ones. What axe-core says of these states, <see cref="Tour"/> asks.</summary>
    [Fact]
    public async Task LongWords_InEveryState_NeverScrollSideways()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, new NewKey(new string('x', 60) + " " + new string('W', 38), Notes: new string('n', 300), AllowedIps: ["127.0.0.1", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"], ExpiresInDays: 9));
        await CallAsync(dashboard, made, "GET", "/v1/whoami");
        await CallAsync(dashboard, made, "GET", "/v1/leads?search=" + new string('q', 200));
        await CallAsync(dashboard, made, "POST", "/v1/leads?" + new string('z', 200), body: "{}", secondsAgo: 7_200);
        await Keys(dashboard).RotateAsync(made.Key.Id, KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var admin = await Person.SignInAsync(window, "admin@acme.test", $"/integrations/api-keys/{made.Key.Id}", portuguese: true);
        await Assertions.Expect(admin.Page.Locator("#callers")).ToContainTextAsync("127.0.0.1");
        await Assertions.Expect(admin.Page.Locator(".rejection")).ToHaveCountAsync(1);
        await LookAsync("used and rotated");
        await admin.Page.Locator(".rejection summary").ClickAsync();
        await admin.Page.GetByText(admin.Says("The chart as a table")).ClickAsync();
        await LookAsync("all opened");
        await admin.Button(admin.Says("Edit")).ClickAsync();
        await admin.Page.GetByLabel(admin.Says("Name"), new() { Exact = true }).FillAsync("");
        await admin.Page.GetByLabel(admin.Says("Allowed addresses")).FillAsync("10.0.0.1/8");
        await admin.Button(admin.Says("Save changes")).ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#edit-name-fault")).ToBeVisibleAsync();
        await LookAsync("edit, refused");
        await admin.Button(admin.Says("Cancel")).ClickAsync();
        await Keys(dashboard).RevokeAsync(made.Key.Id, "leaked", KeyHouse.Admin());
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync(admin.Says("Revoked"));
        // No tour comes by here.
        await new Viewer(sight => sight.ShouldBeSoundAsync()).StopAsync("revoked", admin);
        admin.Troubles.ShouldBeEmpty();

        async Task LookAsync(string state)
        {
            await admin.Page.SetViewportSizeAsync(1440, 900);
            await admin.ShouldFitAsync(state);
            await admin.ShouldFitTheNarrowestAsync(state);
        }
    }

    private static async Task FindAsync(Person person, string id)
    {
        await person.Page.GetByLabel("Find by request id").FillAsync(id);
        await person.Button("Find").ClickAsync();
    }

    private static ApiKeyService Keys(RunningDashboard dashboard) => dashboard.Services.GetRequiredService<ApiKeyService>();

    private static async Task<CreatedKey> MakeAsync(RunningDashboard dashboard, NewKey request) => (await Keys(dashboard).CreateAsync(request, KeyHouse.Admin())).Value.ShouldNotBeNull();

    private static string IdOf(HttpResponseMessage answer) => answer.Headers.GetValues("X-Request-Id").Single();

    private static Task<HttpResponseMessage> CallAsync(RunningDashboard dashboard, CreatedKey key, string method, string target, string body = "", int secondsAgo = 0) =>
        CallAsync(dashboard, key.ApiKey, key.Secret, method, target, body, secondsAgo);

    private static async Task<HttpResponseMessage> CallAsync(
        RunningDashboard dashboard, string apiKey, string secret, string method, string target, string body = "", int secondsAgo = 0)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(apiKey, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - secondsAgo, method, target, bytes));
        if (bytes.Length > 0)
        {
            request.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } };
        }

        return await dashboard.Client.SendAsync(request);
    }
}
