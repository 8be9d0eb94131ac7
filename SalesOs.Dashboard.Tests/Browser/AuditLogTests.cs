using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The audit log as an auditor goes through it: what happened, narrowed down, followed by links, proven whole or not.</summary>
public class AuditLogTests(Chromium chromium)
{
    [Fact]
    public async Task Auditor_NarrowsFollowsAndVerifies_AndALinkReproducesTheScreen()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var crm = (await keys.CreateAsync(new NewKey("CRM sync", RateLimit: 1000), KeyHouse.Admin())).Value!.Key;
        var erp = (await keys.CreateAsync(new NewKey("ERP export"), KeyHouse.Admin())).Value!.Key;
        await keys.EditAsync(crm.Id, new KeyEdit { RateLimit = 5000 }, ifVersion: null, KeyHouse.Admin());
        await keys.DeleteAsync(erp.Id, KeyHouse.Admin());

        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", AuditAddress.Path);
        await Assertions.Expect(Entries(auditor.Page)).ToHaveCountAsync(5);
        await Assertions.Expect(auditor.Row("API key edited")).ToContainTextAsync("1,000 → After: 5,000");
        (await auditor.Page.GetByRole(AriaRole.Link, new() { Name = "CRM sync" }).First.GetAttributeAsync("href")).ShouldBe($"/integrations/api-keys/{crm.Id}");

        await auditor.Row("API key edited").GetByRole(AriaRole.Link, new() { Name = "admin@example.test" }).ClickAsync();
        await Assertions.Expect(Entries(auditor.Page)).ToHaveCountAsync(4);
        await Assertions.Expect(auditor.Page.GetByLabel("Who", new() { Exact = true })).ToContainTextAsync("admin@example.test");
        await auditor.Row("API key deleted").GetByRole(AriaRole.Link, new() { Name = "ERP export" }).ClickAsync();
        await Assertions.Expect(Entries(auditor.Page)).ToHaveCountAsync(2);
        await Assertions.Expect(auditor.Page.GetByText("Key: ERP export")).ToBeVisibleAsync();
        await auditor.Page.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("key.deleted");
        await Assertions.Expect(Entries(auditor.Page)).ToHaveCountAsync(1);

        await using var other = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var colleague = await Person.SignInAsync(other, "admin@acme.test", new Uri(auditor.Page.Url).PathAndQuery);
        await Assertions.Expect(Entries(colleague.Page)).ToHaveCountAsync(1);
        await Assertions.Expect(colleague.Row("Chave de API excluída")).ToContainTextAsync("ERP export");

        await auditor.Button("Clear filters").ClickAsync();
        await Assertions.Expect(Entries(auditor.Page)).ToHaveCountAsync(6);
        (await FocusedAsync() == "BODY").ShouldBeFalse("the button has gone with the filters");
        await auditor.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("erp");
        await auditor.ArriveAsync("/integrations/audit\\?key=erp$");
        await Assertions.Expect(Entries(auditor.Page)).ToHaveCountAsync(2);
        await auditor.Page.GetByLabel("To", new() { Exact = true }).FillAsync("2020-01-01");
        await Assertions.Expect(auditor.Page.GetByText("No entry matches")).ToBeVisibleAsync();

        await auditor.Page.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("key.*");
        await auditor.ArriveAsync("action=key\\.\\*");
        await Assertions.Expect(auditor.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Export") })).ToHaveCountAsync(0);
        await auditor.Button("Clear filters").First.ClickAsync();
        await Assertions.Expect(auditor.Button("Export 6 entries as CSV")).ToBeVisibleAsync();

        await auditor.Button("Verify the log").ClickAsync();
        await Assertions.Expect(auditor.Page.GetByText("The log is whole: all 6 entries hold.")).ToBeVisibleAsync();
        await Assertions.Expect(auditor.Page.GetByText("-----BEGIN PUBLIC KEY-----")).ToBeVisibleAsync();
        await Assertions.Expect(auditor.Button("Verify the log")).ToBeFocusedAsync();
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(
            tenantId: null, db => db.Database.ExecuteSqlAsync($"UPDATE audit_entries SET Outcome = 'refused' WHERE Sequence = 3 AND TenantId = {KeyHouse.Acme}"));
        await auditor.Button("Verify the log").ClickAsync();
        await Assertions.Expect(auditor.Page.GetByText("Entry 3 does not hold")).ToBeVisibleAsync();
        auditor.Troubles.ShouldBeEmpty();
        colleague.Troubles.ShouldBeEmpty();

        Task<string> FocusedAsync() => auditor.Page.EvaluateAsync<string>("() => document.activeElement.tagName");
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("pt-BR")]
    public async Task Days_TypedWithKeys_AreTakenOnEnterOrLeavingAndNeverSwapped(string locale)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: locale);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", AuditAddress.Path, portuguese: locale == "pt-BR");
        await auditor.Page.GotoAsync(AuditAddress.Path + "?from=2026-11-01");
        await auditor.LiveAsync();
        var (from, to) = (auditor.Page.GetByLabel(auditor.Says("From"), new() { Exact = true }), auditor.Page.GetByLabel(auditor.Says("To"), new() { Exact = true }));
        var addresses = new List<string>();
        auditor.Page.FrameNavigated += (_, frame) => addresses.Add(new Uri(frame.Url).Query);

        await to.FocusAsync();
        // Chromium's date field follows its own language, not the page's: here the month comes first.
        await auditor.Page.Keyboard.TypeAsync("11282026");
        await Assertions.Expect(to).ToHaveValueAsync("2026-11-28");
        await auditor.Page.Keyboard.PressAsync("Enter");
        await auditor.ArriveAsync("\\?from=2026-11-01&to=2026-11-28$");
        await from.FocusAsync();
        await auditor.Page.Keyboard.TypeAsync("12052026");
        await to.FocusAsync();
        await auditor.ArriveAsync("\\?from=2026-12-05&to=2026-11-28$");
        await Assertions.Expect(auditor.Page.GetByText(auditor.Says("The first day lies after the last. Change one of the two."))).ToBeVisibleAsync();
        (await from.InputValueAsync(), await to.InputValueAsync()).ShouldBe(("2026-12-05", "2026-11-28"));

        // Half a date is none.
        await auditor.Page.Keyboard.PressAsync("Backspace");
        await from.FocusAsync();
        await Assertions.Expect(to).ToHaveValueAsync("2026-11-28");
        await auditor.Page.Keyboard.PressAsync("Backspace");
        await auditor.Page.Keyboard.TypeAsync("11022026");
        await auditor.Page.Keyboard.PressAsync("Enter");
        await auditor.ArriveAsync("\\?from=2026-11-02&to=2026-11-28$");
        addresses.ShouldBe(["?from=2026-11-01&to=2026-11-28", "?from=2026-12-05&to=2026-11-28", "?from=2026-11-02&to=2026-11-28"]);
        auditor.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cards_OnAPhone_HaveTheirValuesAtTheEdgeAndWhole()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var admin = KeyHouse.Admin() with { Address = "203.0.113.7", Agent = "integration-of-the-warehouse/12.4.1 (nightly export; contact it@acme.test)" };
        await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("CRM sync"), admin);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, 390);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", AuditAddress.Path);
        await Assertions.Expect(Entries(auditor.Page)).ToHaveCountAsync(2);

        var misplaced = await auditor.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("tbody td")].filter(cell => {
              const content = document.createRange();
              content.selectNodeContents(cell);
              return Math.abs(content.getBoundingClientRect().right - cell.closest("tr").querySelector("td").getBoundingClientRect().right) > 1
                || [...cell.querySelectorAll("*")].some(part => part.scrollWidth > part.clientWidth && getComputedStyle(part).overflow === "hidden");
            }).map(cell => cell.dataset.label)
            """);
        misplaced.ShouldBeEmpty();
    }

    [Fact]
    public async Task Manager_SeesWhatIsMissingAndNoEntry()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var manager = await Person.SignInAsync(window, "manager@acme.test", AuditAddress.Path);

        await Assertions.Expect(manager.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("audit.integrations");
        (await manager.Page.GetByRole(AriaRole.Table).CountAsync()).ShouldBe(0);
    }

    private static ILocator Entries(IPage page) => page.GetByRole(AriaRole.Table).Locator("tbody tr");
}
