using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Faults;

namespace SalesOs.Dashboard.Tests.Browser;

public class AddressTests(Chromium chromium)
{
    [Fact]
    public async Task Filters_BackButton_GoesBackThroughThem()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.CreateKeyAsync("CRM sync");
        await admin.SaveAsync();
        var (search, status) = (admin.Page.GetByRole(AriaRole.Searchbox), admin.Page.GetByLabel("Status", new() { Exact = true }));
        await search.FillAsync("crm");
        await IsAtAsync(admin, "?search=crm");
        await status.SelectOptionAsync("Revoked");
        await Assertions.Expect(admin.Page.GetByText("No key matches")).ToBeVisibleAsync();
        await IsAtAsync(admin, "?search=crm&status=revoked");

        await admin.Page.EvaluateAsync("() => history.back()");

        await Assertions.Expect(admin.Row("CRM sync")).ToBeVisibleAsync();
        await Assertions.Expect(status).ToHaveValueAsync("");
        await Assertions.Expect(search).ToHaveValueAsync("crm");
    }

    [Fact]
    public async Task Filters_ChosenFasterThanTheLine_AddUp()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var line = await SlowLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.CreateKeyAsync("CRM sync");
        await admin.SaveAsync();
        line.Hold();
        await admin.Page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("Active");
        await admin.Page.GetByLabel("Environment", new() { Exact = true }).SelectOptionAsync("Live");
        await admin.Page.GetByLabel("Scope", new() { Exact = true }).SelectOptionAsync("leads:read");
        await ArriveAsync(3);

        await IsAtAsync(admin, "?status=active&environment=live&scope=leads%3Aread");
        await admin.Page.GotoAsync("/integrations/audit");
        await admin.LiveAsync();
        var choices = admin.Page.Locator("search select");
        line.Hold();
        await choices.Nth(0).SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await choices.Nth(1).SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await ArriveAsync(2);

        await admin.Page.WaitForFunctionAsync("() => location.search.includes('actor=') && location.search.includes('action=')");

        // Before the browser knows of any of them.
        async Task ArriveAsync(int events)
        {
            for (var i = 0; i < events; i++)
            {
                await line.EventToServerAsync();
            }

            line.Release();
        }
    }

    [Fact]
    public async Task Filter_PutBackWhileItsAnswerIsUnderWay_IsAskedAnew()
    {
        var database = new UnreliableDatabase();
        await using var dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(database)));
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        await keys.CreateAsync(new NewKey("One"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var (status, what) = (admin.Page.GetByLabel("Status", new() { Exact = true }), admin.Page.GetByLabel("What", new() { Exact = true }));
        await Assertions.Expect(admin.Row("One")).ToBeVisibleAsync();

        database.Hold();
        await status.SelectOptionAsync("Revoked");
        await IsAtAsync(admin, "?status=revoked");
        database.Pass();
        // Nobody is told of it: it shows that the list was asked.
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("""UPDATE "api_keys" SET "Name" = 'Uno'"""));
        await status.SelectOptionAsync("");
        await Assertions.Expect(admin.Row("Uno")).ToBeVisibleAsync();
        database.Recover();

        await admin.Page.GotoAsync(AuditAddress.Path);
        await admin.LiveAsync();
        database.Hold();
        await what.SelectOptionAsync("key.deleted");
        await IsAtAsync(admin, "?action=key.deleted");
        database.Pass();
        await keys.CreateAsync(new NewKey("Two"), KeyHouse.Admin());
        await what.SelectOptionAsync("");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("Two");
        database.Recover();
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Language_Switched_TurnsTheWholePageAndKeepsTheAddress()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, width: 390);
        var admin = await Person.SignInAsync(window, "admin@acme.test", "/integrations/api-keys?search=crm&environment=test");
        await admin.Button("Language").ClickAsync();
        await admin.Page.GetByText("Português").ClickAsync();

        await Assertions.Expect(admin.Page.GetByText("Nenhuma chave encontrada")).ToBeVisibleAsync();
        await IsAtAsync(admin, "?search=crm&environment=test");
        await Assertions.Expect(admin.Page.Locator("html")).ToHaveAttributeAsync("lang", "pt-BR");
        // While the circuit takes the page over, its title is missing for a moment.
        await admin.LiveAsync();
        await admin.ShouldBeAccessibleAsync("pt-BR");
    }

    /// <summary>Playwright's own wait for an address misses some that change within the document.</summary>
    private static Task IsAtAsync(Person person, string query) => person.Page.WaitForFunctionAsync("query => location.search === query", query);
}
