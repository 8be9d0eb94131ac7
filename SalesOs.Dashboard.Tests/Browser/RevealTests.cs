using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Guarantee S4 as people meet it: what breaks while the values are on the screen brings them back to the same person, until they have them.</summary>
public class RevealTests(Chromium chromium)
{
    private const string SavedBoth = "I have saved both values";

    [Fact]
    public async Task ConnectionCut_ThenReloaded_BringsItBackToItsMakerAloneUntilItIsSaved()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var line = await CuttableLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var made = await admin.CreateKeyAsync("CRM sync");
        var asked = 0;
        admin.Page.Dialog += (_, question) =>
        {
            asked++;
            _ = question.AcceptAsync();
        };

        await line.CutAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status).Filter(new() { HasText = "Connection lost." })).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("the connection is lost");
        line.Mend();
        await Assertions.Expect(admin.Page.GetByText("Connection lost.")).ToBeHiddenAsync();
        (await admin.RevealedAsync()).ShouldBe(made, "the page goes on where it was");

        await line.CutAsync();
        await ForgottenAsync(admin);
        line.Mend();
        await admin.LiveAsync();
        (await admin.RevealedAsync()).ShouldBe(made);
        asked.ShouldBe(0, "a page that begins anew by itself waits for nobody");

        await using var foreign = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var owner = await Person.SignInAsync(foreign, "owner@acme.test");
        await owner.Row("CRM sync").WaitForAsync();
        await Assertions.Expect(owner.Button(SavedBoth)).ToHaveCountAsync(0);

        var html = await (await admin.Page.ReloadAsync())!.TextAsync();
        html.ShouldContain("CRM sync");
        html.ShouldNotContain(made.Secret);
        html.ShouldNotContain(made.ApiKey);
        (await admin.RevealedAsync()).ShouldBe(made);
        (await StoredAsync(admin)).ShouldNotContain(made.Secret);

        asked.ShouldBe(1, "whoever leaves by themselves is asked");

        await admin.Button(SavedBoth).ClickAsync();
        await Assertions.Expect(admin.Button(SavedBoth)).ToHaveCountAsync(0);
        await admin.Page.ReloadAsync();
        await admin.LiveAsync();
        await admin.Button("Create API key").First.ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).WaitForAsync();
        await Assertions.Expect(admin.Button(SavedBoth)).ToHaveCountAsync(0);
        (await ActionsAsync(dashboard)).ShouldBe(
            [AuditActions.KeyCreated, AuditActions.SecretRevealed, AuditActions.SecretRevealed, AuditActions.SecretRevealed, AuditActions.SecretAcknowledged]);
        admin.Troubles.ShouldAllBe(trouble => trouble.Contains("onnection"), "only of the line that was cut");
    }

    [Fact]
    public async Task TenMinutes_ByTheClock_TakeItAwayFromTheOpenPageAndFromANewOne()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var dashboard = await RunningDashboard.StartAsync(time);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var made = await admin.CreateKeyAsync("CRM sync");

        time.Advance(PendingReveals.Kept);

        await Assertions.Expect(admin.Page.GetByText("The secret is no longer here")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("its time is over");
        (await admin.Page.ContentAsync()).ShouldNotContain(made.ApiKey);
        await admin.Button("Close").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await admin.Page.ReloadAsync();
        await admin.LiveAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Entry_ThatCannotBeWritten_WithholdsTheValuesUntilItCan()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: ["--Logging:LogLevel:SalesOs.Dashboard.Components=None", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None"]);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await ChangeSchemaAsync(dashboard, "CREATE TRIGGER forbidden BEFORE INSERT ON audit_entries WHEN NEW.Action LIKE 'secret.%' BEGIN SELECT RAISE(ABORT, 'not recorded'); END");
        await admin.Button("Criar chave de API").First.ClickAsync();
        await admin.Page.GetByLabel("Nome", new() { Exact = true }).FillAsync("CRM sync");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Criar chave de API" }).ClickAsync();

        await Assertions.Expect(admin.Page.GetByText("Os valores não podem ser mostrados agora")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("withheld");
        await ChangeSchemaAsync(dashboard, "DROP TRIGGER forbidden");
        await admin.Button("Tentar de novo").ClickAsync();

        await Assertions.Expect(admin.Button("Guardei os dois valores")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByText("Aguardando a primeira requisição assinada…")).ToBeVisibleAsync();
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task FirstRequest_RefusedThenLetIn_ShowsByItselfWhileItIsOpen()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var (apiKey, secret) = await admin.CreateKeyAsync("CRM sync");
        var line = admin.Page.GetByRole(AriaRole.Status, new() { Name = "First signed request" });
        await Assertions.Expect(line).ToContainTextAsync("Waiting for the first signed request");

        (await CallAsync(dashboard, apiKey, secret, DateTimeOffset.UtcNow.AddHours(-1))).ShouldBe(HttpStatusCode.Unauthorized);
        await Assertions.Expect(line).ToContainTextAsync(new Regex("refused at .*The caller’s clock is 60 .* behind"));
        await admin.ShouldBeAccessibleAsync("refused");
        (await CallAsync(dashboard, apiKey, secret, DateTimeOffset.UtcNow)).ShouldBe(HttpStatusCode.OK);
        await Assertions.Expect(line).ToContainTextAsync(new Regex("A signed request arrived at .* from 127\\.0\\.0\\.1"));

        await admin.ShouldBeAccessibleAsync("arrived");
        await admin.Button(SavedBoth).ClickAsync();
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>What Blazor tells the page when the server no longer knows the circuit: after more than three minutes, or a restart.</summary>
    private static Task ForgottenAsync(Person person) => person.Page.EvaluateAsync(
        """
        () => {
          delete document.documentElement.dataset.live;
          document.getElementById("components-reconnect-modal").dispatchEvent(new CustomEvent("components-reconnect-state-changed", { detail: { state: "rejected" } }));
        }
        """);

    /// <summary>All that a browser keeps of a page beyond its life.</summary>
    private static Task<string> StoredAsync(Person person) => person.Page.EvaluateAsync<string>(
        """
        async () => JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie + JSON.stringify(history.state) + location.href
          + JSON.stringify(await indexedDB.databases()) + JSON.stringify(await caches.keys())
        """);

    /// <summary>Signs <c>GET /v1/whoami</c> at that time, and has what comes of it written.</summary>
    internal static async Task<HttpStatusCode> CallAsync(RunningDashboard dashboard, string apiKey, string secret, DateTimeOffset at)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(apiKey, secret, at.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
        using var answer = await dashboard.Client.SendAsync(request);
        await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
        return answer.StatusCode;
    }

    private static async Task<List<string>> ActionsAsync(RunningDashboard dashboard)
    {
        await using var db = dashboard.Services.GetRequiredService<Database>().Read(tenantId: null);
        return await db.Set<AuditEntry>().IgnoreQueryFilters().Where(e => e.KeyId != null).OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync();
    }

    private static async Task ChangeSchemaAsync(RunningDashboard dashboard, string sql)
    {
        await using var db = dashboard.Services.GetRequiredService<Database>().Read(tenantId: null);
        await db.Database.ExecuteSqlRawAsync(sql);
    }
}
