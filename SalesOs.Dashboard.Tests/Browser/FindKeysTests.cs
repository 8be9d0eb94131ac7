using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>An owner at three in the morning with a log line in the clipboard.</summary>
public class FindKeysTests(Chromium chromium)
{
    /// <summary>The page asks late to guard the field: whoever is quick has pasted before.</summary>
    private const string LateGuard = """
        let guard;
        window.apiKeys = {
          set guard(given) { guard = given; },
          get guard() {
            return (field, page) => {
              if (field.dataset.guard !== "scan") {
                return guard(field, page);
              }
              window.listen = () => guard(field, page);
              document.body.dataset.late = "";
            };
          },
        };
        """;

    [Fact]
    public async Task PastedText_FindsAndStopsItsKeysWhileNoSecretIsInAnyFrame()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var (one, two) = (await MakeAsync(dashboard, "CRM sync"), await MakeAsync(dashboard, "ERP import"));
        await MakeAsync(dashboard, "Untouched");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var frames = new Frames(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var search = admin.Page.GetByRole(AriaRole.Searchbox);
        var advice = admin.Page.GetByText("That holds an API key secret: treat it as leaked.");

        await PasteAsync(admin, search, $"2026-11-22 {new string('x', 300)} SALESOS_API_KEY={one.ApiKey} SALESOS_API_KEY_SECRET={one.Secret}");
        await Assertions.Expect(advice).ToBeVisibleAsync();
        await Assertions.Expect(search).ToHaveValueAsync(one.ApiKey[..16]);
        await Assertions.Expect(admin.Row("ERP import")).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Row("CRM sync")).ToHaveCountAsync(1);
        await admin.Page.WaitForFunctionAsync("prefix => new URLSearchParams(location.search).get('search') === prefix", one.ApiKey[..16]);

        await PasteAsync(admin, search, $"{one.ApiKey} {two.ApiKey} {CredentialFormat.NewApiKey(test: false)}");
        await Assertions.Expect(admin.Row("ERP import")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.Page.GetByText("1 pasted API key is not your organization’s, or was deleted.")).ToBeVisibleAsync();
        await Assertions.Expect(advice).ToBeHiddenAsync();

        // As the table shows it, alone and within other words.
        await search.FillAsync($"sk_live_…{one.ApiKey[^4..]}");
        await Assertions.Expect(admin.Row("ERP import")).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Row("CRM sync")).ToHaveCountAsync(1);
        await PasteAsync(admin, search, $"please stop {two.ApiKey[..16]}…{two.ApiKey[^4..]}");
        await Assertions.Expect(admin.Row("CRM sync")).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Row("ERP import")).ToHaveCountAsync(1);

        // Its end alone, as when somebody copied badly; and typed letter by letter.
        await PasteAsync(admin, search, one.Secret["salesos_secret_live_".Length..]);
        await Assertions.Expect(advice).ToBeVisibleAsync();
        await Assertions.Expect(search).ToHaveValueAsync("");
        await admin.ArriveAsync("\\?environment=live$");
        await search.PressSequentiallyAsync(two.Secret);
        await search.FillAsync("");
        await Assertions.Expect(admin.Row("Untouched")).ToHaveCountAsync(1);

        await admin.Button("Find a leaked key").ClickAsync();
        var text = admin.Page.GetByLabel("Paste any text");
        await PasteAsync(admin, text, "nothing of ours");
        await Assertions.Expect(admin.Page.GetByText("No API key is in this text.")).ToBeVisibleAsync();

        // All of a long text, to the last.
        await PasteAsync(admin, text, string.Join('\n', Enumerable.Range(0, 120).Select(_ => CredentialFormat.NewApiKey(test: false)).Append(two.ApiKey)));
        await Assertions.Expect(admin.Page.GetByText("120 keys in it are none of your organization’s, or were deleted.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "ERP import" })).ToBeVisibleAsync();
        await PasteAsync(admin, text, $"cut and mended: sk_live_{new string('a', 32)}");
        await Assertions.Expect(admin.Page.GetByText("1 key in it is not whole")).ToBeVisibleAsync();
        await PasteAsync(admin, text, $"somebody else's: {CredentialFormat.NewApiKey(test: false)}");
        await Assertions.Expect(admin.Page.GetByText("1 key in it is not one of your organization’s")).ToBeVisibleAsync();
        await PasteAsync(admin, text, $"# .env\nKEY={one.ApiKey}\nSECRET={one.Secret}\n\"key\":\"{two.ApiKey}\",\"again\":\"{one.ApiKey}\" {CredentialFormat.NewApiKey(test: true)}");
        await Assertions.Expect(admin.Page.GetByText("2 of your keys are in this text.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByText("1 key in it is not one of your organization’s")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        // As the table shows it, with Markdown's underscores, and wrapped over two lines; none of it twice.
        await PasteAsync(admin, text, $"> {one.ApiKey[..23]}\r\n> {one.ApiKey[23..]} and {two.ApiKey[..16].Replace("_", "\\_", StringComparison.Ordinal)}…{two.ApiKey[^4..]}, sk_live_…{two.ApiKey[^4..]}");
        await Assertions.Expect(admin.Page.GetByText("2 of your keys are in this text.", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await PasteAsync(admin, text, $"SECRET={one.Secret[..30].Replace("_", "\\_", StringComparison.Ordinal)}\n{one.Secret[30..]}");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByText("It is a secret of the live environment.")).ToBeVisibleAsync();
        await PasteAsync(admin, text, two.ApiKey);
        await admin.Button("Revoke as leaked: ERP import").ClickAsync();
        await Assertions.Expect(admin.Button("Revoke as leaked: ERP import")).ToHaveCountAsync(0);
        await admin.Button("Close").ClickAsync();
        await Assertions.Expect(admin.Row("ERP import")).ToContainTextAsync("Revoked");

        var key = (await dashboard.Services.GetRequiredService<ApiKeyService>().GetAsync(two.Key.Id, KeyHouse.Admin())).Value!;
        (key.Status, key.RevokeReason, key.RevokedBy).ShouldBe((KeyStatus.Revoked, "leaked", "admin@acme.test"));
        frames.Hold(one.ApiKey).ShouldBeTrue("the frames were listened to");
        foreach (var part in (string[])[one.Secret, one.Secret[^49..], one.Secret[20..40], two.Secret, two.Secret[20..30]])
        {
            frames.Hold(part).ShouldBeFalse($"{part.Length} characters of a secret");
        }

        (await admin.Page.EvaluateAsync<string>("() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href")).ShouldNotContain(one.Secret[20..40]);
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task LeakDrill_TwoKeysOfALog_AreRevokedAndReportedWithFourClicksAndTheFocusIsNeverLost()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var (one, two) = (await MakeAsync(dashboard, "CRM sync"), await MakeAsync(dashboard, "ERP import"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var owner = await Person.SignInAsync(window, "owner@acme.test");
        await owner.Page.EvaluateAsync("""
            () => {
              window.clicks = 0;
              addEventListener("click", event => event.isTrusted && window.clicks++, { capture: true });
            }
            """);

        await owner.Button("Find a leaked key").ClickAsync();
        await Assertions.Expect(owner.Page.GetByLabel("Paste any text")).ToBeFocusedAsync();
        await PasteAsync(owner, owner.Page.GetByLabel("Paste any text"), $"leaked: {one.ApiKey} and {two.ApiKey}, with {CredentialFormat.NewApiKey(test: false)}");
        await owner.Button("Revoke all 2 as leaked").ClickAsync();
        await Assertions.Expect(owner.Button("Copy report")).ToBeFocusedAsync();
        await Assertions.Expect(owner.Page.Locator(".record")).ToHaveCountAsync(2);
        await Assertions.Expect(owner.Page.GetByText("1 key in it is not one of your organization’s")).ToBeVisibleAsync();
        var report = "";
        await Person.WithClipboardAsync(async () =>
        {
            await owner.Button("Copy report").ClickAsync();
            await owner.Page.GetByText("Report copied.").WaitForAsync();
            report = await owner.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        });
        await Assertions.Expect(owner.Button("Copy report")).ToBeFocusedAsync();

        (await owner.Page.EvaluateAsync<int>("() => window.clicks")).ShouldBeLessThanOrEqualTo(4);
        foreach (var part in (string[])["Name: CRM sync", "Name: ERP import", "Revoked by: owner@acme.test", "Last used: Never", "Audit entry: ", "Hash of the entry: ", $"API key: {two.Key.KeyPrefix}…{two.Key.KeyLast4}"])
        {
            report.ShouldContain(part);
        }

        await owner.Button("Close").ClickAsync();
        await Assertions.Expect(owner.Button("Find a leaked key")).ToBeFocusedAsync();
        await Assertions.Expect(owner.Row("CRM sync")).ToContainTextAsync("Revoked");
        owner.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Secret_PastedAlone_LeavesTheBrowserOnlyOnceItIsAgreedAndFindsItsKey()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var (one, _) = (await MakeAsync(dashboard, "CRM sync"), await MakeAsync(dashboard, "ERP import"));
        var foreign = CredentialFormat.NewSecret(test: true);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var frames = new Frames(window);
        await window.AddInitScriptAsync(LateGuard);
        var owner = await Person.SignInAsync(window, "owner@acme.test");
        await owner.Button("Find a leaked key").ClickAsync();
        var text = owner.Page.GetByLabel("Paste any text");
        await PasteAsync(owner, text, $"password = \"{one.Secret}\" {foreign}");
        await owner.Page.Keyboard.PressAsync("Shift");
        await Assertions.Expect(owner.Page.Locator("body[data-late]")).ToBeAttachedAsync();
        await owner.Page.EvaluateAsync("() => window.listen()");

        await Assertions.Expect(owner.Page.GetByText("Look it up on the server?")).ToBeVisibleAsync();
        await owner.ShouldBeAccessibleAsync("the question");
        frames.Hold("FoundAsync").ShouldBeTrue("the frames were listened to");
        foreach (var secret in (string[])[one.Secret, foreign])
        {
            frames.Hold(secret[20..40]).ShouldBeFalse("nobody has agreed");
        }

        await owner.Button("Look it up").PressAsync("Enter");
        await Assertions.Expect(owner.Button("Revoke as leaked: CRM sync")).ToBeVisibleAsync();
        await Assertions.Expect(text).ToBeFocusedAsync();
        await Assertions.Expect(owner.Page.GetByText("1 secret in it belongs to none of your organization’s keys")).ToBeVisibleAsync();
        await Assertions.Expect(owner.Page.GetByText("nothing of it was kept")).ToBeVisibleAsync();
        await owner.Button("Revoke as leaked: CRM sync").PressAsync("Enter");
        await Assertions.Expect(owner.Button("Copy report")).ToBeVisibleAsync();
        await owner.Page.SetViewportSizeAsync(360, 800);
        await owner.ShouldFitAsync("what was found, on a phone");

        (await dashboard.Services.GetRequiredService<ApiKeyService>().GetAsync(one.Key.Id, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Revoked);
        (await owner.Page.EvaluateAsync<string>("() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href")).ShouldNotContain(one.Secret[20..40]);
        owner.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task RequestId_InTheSearch_LeadsToItsError()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, "CRM sync");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(made.ApiKey, CredentialFormat.NewSecret(test: false), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
        using var answer = await dashboard.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var id = answer.Headers.GetValues("X-Request-Id").Single();
        await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test");

        await auditor.Page.GetByRole(AriaRole.Searchbox).FillAsync(id);

        await Assertions.Expect(auditor.Page.GetByText("This request was refused:")).ToBeVisibleAsync();
        await Assertions.Expect(auditor.Page.GetByRole(AriaRole.Link, new() { Name = "See why" })).ToHaveAttributeAsync("href", $"/integrations/api-keys/{made.Key.Id}?request={id}");
        await auditor.Page.GetByRole(AriaRole.Searchbox).FillAsync(Guid.NewGuid().ToString());
        await Assertions.Expect(auditor.Page.GetByText("No refused request of your keys has this ID.")).ToBeVisibleAsync();
        auditor.Troubles.ShouldBeEmpty();
    }

    private static async Task<CreatedKey> MakeAsync(RunningDashboard dashboard, string name) =>
        (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey(name), KeyHouse.Admin())).Value!;

    private static Task PasteAsync(Person person, ILocator field, string text) => Person.WithClipboardAsync(async () =>
    {
        await person.Page.EvaluateAsync("text => navigator.clipboard.writeText(text)", text);
        await field.FocusAsync();
        await person.Page.Keyboard.PressAsync("Control+A");
        await person.Page.Keyboard.PressAsync("Control+V");
    });
}
