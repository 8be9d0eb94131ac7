using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Components.Keys;
using SalesOs.Dashboard.Tests.Signing;
using SalesOs.Dashboard.Tests.Usage;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The sandbox signs as the scheme says and sends to the real gate. What it says of other programs: <see cref="SandboxComparisonTests"/>; of typos: <see cref="SandboxTypoTests"/>.</summary>
public class SandboxTests(Chromium chromium)
{
    [Fact]
    public async Task Vectors_SignedInTheBrowser_GiveEachValue()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var anybody = await Person.OpenAsync(window, "/docs");

        var signed = await anybody.Page.EvaluateAsync<string[][]>(
            """
            async vectors => {
              const { hex, sign } = await import("/signing.js");
              return Promise.all(vectors.map(async v => {
                const body = Uint8Array.from(v.bodyHex.match(/../g) ?? [], byte => parseInt(byte, 16));
                const { k1, k2, k3, k4, digest, signature, authorization } = await sign({ apiKey: v.apiKey, secret: v.secret, timestamp: v.timestamp, method: v.method, path: v.target, body });
                return [k1, k2, k3, k4, digest, signature, authorization];
              }));
            }
            """,
            Vector.All.Select(v => new { apiKey = v.ApiKey, secret = v.Secret, timestamp = v.Timestamp, method = v.Method, target = v.Target, bodyHex = v.BodyHex }));

        signed.Length.ShouldBe(32);
        foreach (var (values, vector) in signed.Zip(Vector.All))
        {
            values.ShouldBe([vector.K1, vector.K2, vector.K3, vector.K4, vector.PayloadSha256, vector.Signature, vector.Authorization], vector.ToString());
        }

        anybody.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task TestKey_SignedAndSent_ShowsEachStepTheAnswerAndWhyItWasRefused()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, KeyEnvironment.Test, Scopes.LeadsRead);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", KeyLinks.ToSandbox(made.Key.Id));
        await auditor.Button("Sign and send").ClickAsync();
        await Assertions.Expect(auditor.Page.GetByLabel("API key secret")).ToBeFocusedAsync();
        await Assertions.Expect(auditor.Page.GetByLabel("API key secret")).ToHaveAttributeAsync("aria-invalid", "true");

        await auditor.Page.GetByLabel("API key secret").FillAsync(made.Secret);
        await Assertions.Expect(auditor.Page.GetByLabel("API_KEY")).ToHaveValueAsync(made.ApiKey);
        await auditor.Button("Sign and send").ClickAsync();

        await Assertions.Expect(Value(auditor, "status")).ToHaveTextAsync("200 OK");
        await Assertions.Expect(Value(auditor, "time")).ToHaveTextAsync(new Regex("^[0-9]+ ms$"));
        await Assertions.Expect(Value(auditor, "body")).ToContainTextAsync("\"name\":\"CRM sync\"");
        await Assertions.Expect(Value(auditor, "k1")).ToBeHiddenAsync();
        await auditor.Page.GetByText("Show k1 to k4").ClickAsync();
        await Assertions.Expect(Value(auditor, "k1")).ToBeVisibleAsync();
        await ShouldBeSignedAsync(auditor, made, "GET", "/v1/whoami", "");
        await auditor.Page.GetByText("Headers of the answer").ClickAsync();
        await Assertions.Expect(Value(auditor, "headers")).ToContainTextAsync("x-ratelimit-remaining: 999");

        // What the fields say becomes the path; the key lacks the scope of the next.
        await auditor.Page.GetByLabel("Call").SelectOptionAsync("list_leads");
        await auditor.Page.GetByLabel("per_page").FillAsync("");
        await auditor.Page.GetByLabel("status").FillAsync("new & old");
        await Assertions.Expect(auditor.Page.GetByLabel("PATH")).ToHaveValueAsync("/v1/leads?status=new%20%26%20old");
        await auditor.Page.GetByLabel("status").FillAsync("new");
        await auditor.Button("Sign and send").ClickAsync();
        await Assertions.Expect(Value(auditor, "status")).ToHaveTextAsync("200 OK");
        await ShouldBeSignedAsync(auditor, made, "GET", "/v1/leads?status=new", "");
        await Assertions.Expect(auditor.Page.Locator("[data-verdict]")).ToBeHiddenAsync();

        await auditor.Page.GetByLabel("Call").SelectOptionAsync("update_lead");
        await Assertions.Expect(Value(auditor, "method")).ToHaveTextAsync("PATCH");
        await Assertions.Expect(auditor.Page.GetByLabel("Call").Locator("option")).ToHaveTextAsync([.. SampleCall.Signed.Select(call => call.Scope is null ? call.Id : $"{call.Id} · {call.Scope}")]);
        await auditor.Page.GetByLabel("LEAD_ID").FillAsync("0197f2c4-0000-7000-8000-000000000000");
        await auditor.Button("Sign and send").ClickAsync();
        await Assertions.Expect(Value(auditor, "status")).ToHaveTextAsync("403 Forbidden");
        await Assertions.Expect(auditor.Page.Locator("[data-verdict]")).ToContainTextAsync("The key lacks the scope leads:write");
        await Assertions.Expect(auditor.Page.Locator("[data-verdict]")).ToContainTextAsync("add leads:write to the key’s scopes");

        await auditor.Page.GetByLabel("API key secret").FillAsync(CredentialFormat.NewSecret(test: true));
        await auditor.Button("Sign and send").ClickAsync();
        await Assertions.Expect(Value(auditor, "status")).ToHaveTextAsync("401 Unauthorized");
        await Assertions.Expect(auditor.Page.Locator("[data-verdict]")).ToContainTextAsync("The signature doesn’t fit");
        await auditor.ShouldBeAccessibleAsync("refused");
        await auditor.Page.GetByRole(AriaRole.Link, new() { Name = "Open it on the key’s page" }).ClickAsync();
        await auditor.ArriveAsync($"{made.Key.Id}\\?request=");
        await Assertions.Expect(auditor.Page.Locator(".found")).ToContainTextAsync("The signature doesn’t fit");
        auditor.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task LiveKey_OnACallThatWrites_AsksFirst()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, KeyEnvironment.Live);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", KeyLinks.Sandbox);
        await admin.Page.GetByLabel("API_KEY").FillAsync(made.ApiKey);
        await admin.Page.GetByLabel("API key secret").FillAsync(made.Secret);
        var writes = 0;
        admin.Page.Request += (_, request) => writes += request.Method == "POST" && request.Url.EndsWith("/v1/leads", StringComparison.Ordinal) ? 1 : 0;
        await admin.Button("Sign and send").ClickAsync();
        await Assertions.Expect(Value(admin, "status")).ToHaveTextAsync("200 OK");

        await admin.Page.GetByLabel("Call").SelectOptionAsync("create_lead");
        var question = admin.Page.GetByRole(AriaRole.Dialog, new() { Name = "Send with a live key?" });
        await admin.Button("Sign and send").ClickAsync();
        await question.GetByText("This writes real data of your organization.").WaitForAsync();
        await admin.ShouldBeAccessibleAsync("asked", question);
        await admin.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(question).ToBeHiddenAsync();
        await admin.Button("Sign and send").ClickAsync();
        await admin.Button("Do not send").ClickAsync();
        await Assertions.Expect(question).ToBeHiddenAsync();
        writes.ShouldBe(0);

        await admin.Button("Sign and send").ClickAsync();
        await admin.Button("Send it").ClickAsync();
        await Assertions.Expect(Value(admin, "status")).ToHaveTextAsync("201 Created");
        writes.ShouldBe(1);
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task TestKey_OnACallThatWrites_IsSentWithoutAQuestionAndAsCurlToo()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, KeyEnvironment.Test);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", KeyLinks.ToSandbox(made.Key.Id));
        await admin.Page.GetByLabel("API key secret").FillAsync(made.Secret);
        await admin.Page.GetByLabel("Call").SelectOptionAsync("create_lead");
        await admin.Page.GetByLabel("Body", new() { Exact = true }).FillAsync("""{"name": "Zé d'Ávila", "email": "ze@example.com"}""");
        await admin.Button("Sign and send").ClickAsync();
        await Assertions.Expect(Value(admin, "status")).ToHaveTextAsync("201 Created");
        await Assertions.Expect(Value(admin, "body")).ToContainTextAsync("Zé d'Ávila");
        await admin.Page.GetByLabel("Body", new() { Exact = true }).FillAsync("""{"name": "Zé d'Ávila, outra vez", "email": "ze@example.com"}""");

        var command = "";
        await Person.WithClipboardAsync(async () =>
        {
            await admin.Button("Copy as cURL").ClickAsync();
            await admin.Page.GetByText("Copied to the clipboard.").WaitForAsync();
            command = await admin.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        });
        command.ShouldContain(await Value(admin, "authorization").TextContentAsync() ?? "nothing");
        command.ShouldNotContain(made.Secret);
        await File.WriteAllTextAsync(Path.Combine(dashboard.DataDirectory, "sent.sh"), command);
        var (exit, output, errors) = await SampleProcess.RunAsync(dashboard.DataDirectory, "bash sent.sh");
        exit.ShouldBe(0, errors);
        output.ShouldContain(" 201 ");
        output.ShouldContain("outra vez");

        await admin.Page.GetByLabel("Body", new() { Exact = true }).FillAsync($$"""{"name": "{{made.Secret}}"}""");
        await admin.Button("Sign and send").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("This holds a secret, and it would be sent.")).ToBeVisibleAsync();
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Api_OnAnotherHost_IsNotSentToFromHere()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: ["--Site:ApiAddress=https://api.example.com", "--Gate:WindowSeconds=45"]);
        var made = await MakeAsync(dashboard, KeyEnvironment.Live);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", KeyLinks.ToSandbox(made.Key.Id));

        await Assertions.Expect(admin.Page.GetByText("Copy the request as cURL and run it within 45 seconds.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Button("Sign and send")).ToHaveCountAsync(0);
        await admin.Page.GetByLabel("API key secret").FillAsync(made.Secret);
        await Person.WithClipboardAsync(async () =>
        {
            await admin.Button("Copy as cURL").ClickAsync();
            await admin.Page.GetByText("Copied to the clipboard.").WaitForAsync();
            (await admin.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldStartWith($"curl --globoff -i 'https://api.example.com/v1/whoami' \\\n  -H 'Authorization: P2S-SIGN-V1 {made.ApiKey}:");
        });
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Line_CutAndMended_LosesNothingAndTheReasonComesLater()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, KeyEnvironment.Test);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var line = await CuttableLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test", KeyLinks.Of(made.Key.Id));
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Test calls in the sandbox" }).ClickAsync();
        await admin.ArriveAsync($"sandbox\\?key={made.Key.Id}");
        await Assertions.Expect(admin.Page.GetByLabel("API_KEY")).ToHaveValueAsync(made.ApiKey);
        await admin.Page.GetByLabel("API key secret").FillAsync(made.Secret);

        await line.CutAsync();
        await Assertions.Expect(admin.Page.GetByText("Connection lost.")).ToBeVisibleAsync();
        await admin.Button("Sign and send").ClickAsync();
        await Assertions.Expect(Value(admin, "status")).ToHaveTextAsync("200 OK");
        await admin.Page.GetByLabel("API key secret").FillAsync(CredentialFormat.NewSecret(test: true));
        await admin.Button("Sign and send").ClickAsync();
        await Assertions.Expect(Value(admin, "status")).ToHaveTextAsync("401 Unauthorized");
        line.Mend();
        await Assertions.Expect(admin.Page.GetByText("Connection lost.")).ToBeHiddenAsync();
        await Assertions.Expect(admin.Page.Locator("[data-verdict]")).ToContainTextAsync("The signature doesn’t fit");

        // Another key takes the place of this one, and what was typed stays.
        await admin.Page.GetByLabel("PATH").FillAsync("/v1/whoami?x=1");
        await admin.Page.GetByLabel("Key", new() { Exact = true }).SelectOptionAsync("");
        await Assertions.Expect(admin.Page.GetByLabel("API_KEY")).ToHaveValueAsync("");
        await Assertions.Expect(admin.Page.GetByLabel("PATH")).ToHaveValueAsync("/v1/whoami?x=1");
    }

    [Fact]
    public async Task Page_InPortugueseOnAPhoneInTheDark_FitsIsAccessibleAndGoesByKeyboard()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, KeyEnvironment.Test);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, 390, dark: true, locale: "pt-BR");
        var admin = await Person.SignInAsync(window, "admin@acme.test", KeyLinks.ToSandbox(made.Key.Id), portuguese: true);
        await Assertions.Expect(admin.Page.Locator("h1")).ToHaveTextAsync("Testar chamadas");
        await admin.ShouldBeAccessibleAsync("begun");
        await admin.Page.GetByLabel(admin.Says("API key secret")).FocusAsync();
        await admin.Page.Keyboard.InsertTextAsync(made.Secret);
        for (var i = 0; i < 3; i++)
        {
            // The call, the path, the button: a call without a body has no field for one.
            await admin.Page.Keyboard.PressAsync("Tab");
        }

        await Assertions.Expect(admin.Button(admin.Says("Sign and send"))).ToBeFocusedAsync();
        await admin.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Value(admin, "status")).ToHaveTextAsync("200 OK");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = admin.Says("Answer of the API") })).ToBeFocusedAsync();
        await admin.Page.GetByText(admin.Says("Show k1 to k4")).ClickAsync();
        await admin.Page.GetByText(admin.Says("Headers of the answer")).ClickAsync();
        await admin.ShouldBeAccessibleAsync("answered");
        await admin.ShouldFitAsync("answered");
        await admin.ShouldFitTheNarrowestAsync("answered");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_WithoutTheCapabilityOrWithoutAScript_SaysWhatIsMissing()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await MakeAsync(dashboard, KeyEnvironment.Live);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var manager = await Person.SignInAsync(window, "manager@acme.test", KeyLinks.ToSandbox(made.Key.Id));
        await Assertions.Expect(manager.Page.GetByText("audit.integrations")).ToBeVisibleAsync();
        (await manager.Page.ContentAsync()).ShouldNotContain(made.ApiKey);
        await Assertions.Expect(manager.Page.Locator(".sandbox")).ToHaveCountAsync(0);
        manager.Troubles.ShouldBeEmpty();

        await using var plain = await chromium.NewWindowAsync(dashboard.BaseAddress, script: false);
        var auditor = await Person.OpenAsync(plain, KeyLinks.Sandbox);
        await auditor.Page.Locator("button:has-text('auditor@acme.test')").ClickAsync();
        await Assertions.Expect(auditor.Page.Locator(".no-script")).ToBeVisibleAsync();
        await Assertions.Expect(auditor.Page.GetByLabel("API key secret")).ToBeDisabledAsync();
    }

    private static async Task ShouldBeSignedAsync(Person person, CreatedKey key, string method, string path, string body)
    {
        var time = (await Value(person, "timestamp").TextContentAsync())!;
        var signature = UsedKey.Sign(key, time, method, path, body);
        await Assertions.Expect(Value(person, "digest")).ToHaveTextAsync(Sha256(body));
        await Assertions.Expect(Value(person, "signature")).ToHaveTextAsync(signature);
        await Assertions.Expect(Value(person, "authorization")).ToHaveTextAsync($"P2S-SIGN-V1 {key.ApiKey}:{time}:{signature}");
    }

    private static ILocator Value(Person person, string name) => person.Page.Locator($"[data-value={name}]");

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task<CreatedKey> MakeAsync(RunningDashboard dashboard, KeyEnvironment environment, params string[] scopes) =>
        (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("CRM sync", environment, scopes), KeyHouse.Admin())).Value!;
}
