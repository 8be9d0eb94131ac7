using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Faults;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>A walk over what people see when they must wait, choose, or something went wrong.</summary>
internal sealed class TroublesTour(Chromium chromium, Viewer viewer)
{
    private static readonly string[] Demo = ["--Demo=true", "--Logging:LogLevel:SalesOs.Dashboard.Components=None", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None"];

    public async Task WalkAsync(RunningDashboard demo)
    {
        await WalkDatabaseAsync();
        await WalkRevealAsync();
        await WalkOverAsync();
        await WalkRestartAsync();
        await WalkMistakesAsync(demo);
        await WalkOfflineAsync(demo);
        await WalkEmptyAsync();
        await WalkTenantsAsync();
    }

    /// <summary>A database that lets the pages wait, then fails them, then holds an entry that somebody changed.</summary>
    private async Task WalkDatabaseAsync()
    {
        var database = new UnreliableDatabase();
        await using var dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(database)), settings: Demo);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Row(Tour.KeyName).First.WaitForAsync();

        await StopAtPagesAsync("loading", admin, database, database.Hold, () => admin.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Loading" }).First.WaitForAsync());
        await StopAtPagesAsync("failed", admin, database, () => database.Fail(), () => admin.Page.GetByText("could not be loaded").First.WaitForAsync());

        await dashboard.Services.GetRequiredService<Database>().WriteAsync(
            tenantId: null, db => db.Database.ExecuteSqlAsync($"UPDATE audit_entries SET Outcome = 'refused' WHERE Sequence = 3 AND TenantId = {KeyHouse.Acme}"));
        await admin.Page.GotoAsync(AuditAddress.Path);
        await admin.LiveAsync();
        await admin.Button("Verify the log").ClickAsync();
        await admin.Page.GetByText("Entry 3 does not hold").WaitForAsync();
        await viewer.StopAsync("audit-log-broken", admin);
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>The new key's values: its first request refused and let in, and the values withheld.</summary>
    private async Task WalkRevealAsync()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: Demo);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var (apiKey, secret) = await admin.CreateKeyAsync("Novo CRM");
        var line = admin.Page.GetByRole(AriaRole.Status, new() { Name = "First signed request" });
        await RevealTests.CallAsync(dashboard, apiKey, secret, DateTimeOffset.UtcNow.AddHours(-1));
        await Assertions.Expect(line).ToContainTextAsync("refused at");
        await viewer.StopAsync("reveal-refused", admin, what: line);
        await RevealTests.CallAsync(dashboard, apiKey, secret, DateTimeOffset.UtcNow);
        await Assertions.Expect(line).ToContainTextAsync("A signed request arrived");
        await viewer.StopAsync("reveal-arrived", admin, what: line);
        await admin.SaveAsync();

        await using (var db = dashboard.Services.GetRequiredService<Database>().Read(tenantId: null))
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER forbidden BEFORE INSERT ON audit_entries WHEN NEW.Action LIKE 'secret.%' BEGIN SELECT RAISE(ABORT, 'not recorded'); END");
        }

        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.MakeKeyAsync("ERP");
        await admin.Page.GetByText("The values can’t be shown right now").WaitForAsync();
        await viewer.StopAsync("reveal-withheld", admin);
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>The new key's values when their time is over.</summary>
    private async Task WalkOverAsync()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var dashboard = await RunningDashboard.StartAsync(time, settings: Demo);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.CreateKeyAsync("Novo CRM");
        time.Advance(PendingReveals.Kept);
        await admin.Page.GetByText("The secret is no longer here").WaitForAsync();
        await viewer.StopAsync("reveal-over", admin);
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>The server is told to stop while a new key's values are open, and what is told of that key afterwards.</summary>
    internal async Task WalkRestartAsync(string locale = "en-US", string suffix = "")
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var dashboard = await RunningDashboard.StartAsync(time, settings: Demo);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: locale);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var made = (await dashboard.Services.GetRequiredService<KeyReveals>().CreateAsync(new NewKey("Novo CRM"), await CallerAsync(dashboard))).Value!;
        await admin.Page.ReloadAsync();
        await admin.LiveAsync();
        await admin.Page.Locator("#reveal").Or(admin.Page.Locator("dialog:modal")).First.WaitForAsync();
        dashboard.Services.GetRequiredService<Stopping>().Tell();
        await admin.Page.Locator("dialog:modal [role=alert]").WaitForAsync();
        await viewer.StopAsync("reveal-restarting" + suffix, admin);
        time.Advance(PendingReveals.Kept);
        await admin.Page.Locator("#withheld-title").WaitForAsync();
        await admin.Page.Locator("dialog:modal button").ClickAsync();
        await admin.Page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await admin.Page.Locator("section.unsaved").WaitForAsync();
        await viewer.StopAsync("api-keys-unsaved" + suffix, admin);
        await admin.Page.GotoAsync($"/integrations/api-keys/{made.Id}");
        await admin.LiveAsync();
        await admin.Page.Locator("section.unsaved").WaitForAsync();
        await viewer.StopAsync("key-unsaved" + suffix, admin);
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>The person whose page is open, as the program knows them.</summary>
    private static async Task<Caller> CallerAsync(RunningDashboard dashboard)
    {
        await using var scope = dashboard.Services.CreateAsyncScope();
        var session = (await dashboard.SessionsAsync()).Single();
        return scope.ServiceProvider.GetRequiredService<CallerFactory>().CreateForSession(session.Principal, session.Tenant).Caller!;
    }

    /// <summary>A key that is none, and a search that holds what should not be in it.</summary>
    private async Task WalkMistakesAsync(RunningDashboard demo)
    {
        await using var window = await chromium.NewWindowAsync(demo.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Page.GotoAsync($"/integrations/api-keys/{Guid.Empty}");
        await admin.LiveAsync();
        await viewer.StopAsync("key-none", admin);
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Page.GotoAsync("/integrations/api-keys");
        await admin.LiveAsync();
        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync($"salesos_secret_live_{new string('0', 49)}");
        await admin.Page.Locator(".note").First.WaitForAsync();
        await viewer.StopAsync("api-keys-secret-pasted", admin);
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Page.GotoAsync("/integrations/api-keys");
        await admin.LiveAsync();
        await admin.OpenActionAsync(Tour.KeyName, "Duplicate settings…");
        await viewer.StopAsync("duplicate", admin);
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>A page whose connection is lost.</summary>
    private async Task WalkOfflineAsync(RunningDashboard demo)
    {
        await using var window = await chromium.NewWindowAsync(demo.BaseAddress);
        var line = await CuttableLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Row(Tour.KeyName).First.WaitForAsync();
        await line.CutAsync();
        await admin.Page.GetByText("Connection lost.").First.WaitForAsync();
        await viewer.StopAsync("connection-lost", admin);
        line.Mend();
    }

    /// <summary>A tenant that has no key yet.</summary>
    private async Task WalkEmptyAsync()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await viewer.StopAsync("api-keys-empty", admin);
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>A person of several tenants, and one of none.</summary>
    private async Task WalkTenantsAsync()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync();
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme Imóveis"), ("beta", "Beta Vendas"), ("gama", "Gama Logística e Distribuição do Centro-Oeste Ltda."));
        await provider.PersonAsync("rui", ["admin"]);
        foreach (var (login, name) in ((string, string)[])[("ana", "choose-tenant"), ("rui", "no-tenant")])
        {
            await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
            var person = await Person.OpenAsync(window, "/integrations/api-keys");
            await ForeignSignInTests.LogInAsync(person.Page, login);
            await ForeignSignInTests.ConsentAsync(person.Page);
            await person.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("organization") }).WaitForAsync();
            await viewer.StopAsync(name, person);
            person.Troubles.ShouldBeEmpty();
        }
    }

    /// <summary>Goes from page to page inside the circuit, with the database as <paramref name="spoil"/> leaves it, and begins and ends at the list of keys.</summary>
    private async Task StopAtPagesAsync(string state, Person admin, UnreliableDatabase database, Action spoil, Func<Task> seen)
    {
        foreach (var (name, link, address) in ((string, ILocator, string)[])[
            ("audit-log", admin.Page.GetByRole(AriaRole.Link, new() { Name = "Audit log" }), "audit$"),
            ("api-keys", admin.Page.GetByRole(AriaRole.Link, new() { Name = "API Keys" }), "api-keys$"),
            ("key", admin.Row(Tour.KeyName).First.GetByRole(AriaRole.Link).First, "api-keys/[0-9a-f-]{36}$")])
        {
            await admin.Page.SetViewportSizeAsync(1440, 900);
            if (name == "key")
            {
                database.Recover();
                await admin.Page.GotoAsync("/integrations/api-keys");
                await admin.LiveAsync();
            }

            spoil();
            await link.ClickAsync();
            await admin.ArriveAsync(address);
            // The address is the browser's at once; the page before, which may say the same, stands until the circuit has drawn this one.
            await Assertions.Expect(admin.Page.Locator("a.skip")).ToHaveAttributeAsync("href", new Regex(address.TrimEnd('$') + "#content$"));
            await seen();
            await viewer.StopAsync($"{name}-{state}", admin);
        }

        database.Recover();
        await admin.Page.GotoAsync("/integrations/api-keys");
        await admin.LiveAsync();
    }
}
