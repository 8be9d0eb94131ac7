using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Reviews;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>An auditor opens a review, an admin answers it, and what nobody answers for is taken over.</summary>
public class ReviewTests(Chromium chromium)
{
    [Fact]
    public async Task Review_OpenedByTheAuditor_IsAnsweredByTheAdmin()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var kept = (await keys.CreateAsync(new NewKey("Billing"), KeyHouse.Admin())).Value!.Key;
        var retired = (await keys.CreateAsync(new NewKey("Old export"), KeyHouse.Admin())).Value!.Key;
        await using var auditorsWindow = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(auditorsWindow, "auditor@acme.test", ReviewAddress.List);
        await auditor.LiveAsync();
        await auditor.Page.GetByText("No review yet").WaitForAsync();
        await auditor.ShouldBeAccessibleAsync("reviews before the first");

        await auditor.Button("Open a review…").ClickAsync();
        var dialog = auditor.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
        await dialog.GetByLabel("Name").FillAsync("Fourth quarter");
        await dialog.GetByLabel("Last day").FillAsync(DateTime.UtcNow.AddDays(30).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await auditor.ShouldBeAccessibleAsync("the dialog that opens a review", dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await auditor.ArriveAsync("/integrations/reviews/[0-9a-f-]+$");
        await Assertions.Expect(auditor.Page.Locator(".items > li")).ToHaveCountAsync(2);
        await Assertions.Expect(auditor.Button("Retire Old export")).ToHaveCountAsync(0);

        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", new Uri(auditor.Page.Url).AbsolutePath);
        await admin.LiveAsync();
        await admin.Button("Keep Billing").ClickAsync();
        await admin.Page.GetByLabel("Reason").FillAsync("Needed every night");
        await admin.ShouldBeAccessibleAsync("the dialog that decides", admin.Page.GetByRole(AriaRole.Dialog));
        await admin.Button("Keep").ClickAsync();
        await admin.Page.GetByText("1 key kept.").WaitForAsync();
        await admin.Button("Retire Old export").ClickAsync();
        await admin.Page.GetByLabel("Reason").FillAsync("Nobody knows it");
        await admin.Button("Retire").ClickAsync();
        await admin.Page.GetByText("1 key paused, to be revoked in 14 days.").WaitForAsync();
        await Assertions.Expect(admin.Page.Locator(".items > li").Filter(new() { HasText = "Billing" })).ToContainTextAsync("Needed every night");
        await admin.ShouldBeAccessibleAsync("the page of a review");
        await admin.Page.SetViewportSizeAsync(390, 844);
        await admin.ShouldFitAsync("the page of a review");
        (await keys.GetAsync(kept.Id, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Active);
        (await keys.GetAsync(retired.Id, KeyHouse.Admin())).Value!.Pause!.Then.ShouldBe(PauseEnd.Revoke);

        var download = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Button("Download JSON Lines").ClickAsync());
        var report = await File.ReadAllTextAsync(await download.PathAsync());
        report.ShouldContain("Needed every night");
        using var verifier = new Tests.Audit.Verifier();
        (await verifier.RunAsync("--report", verifier.Put("report.jsonl", report))).Single().Whole.ShouldBeTrue();
        auditor.Troubles.Concat(admin.Troubles).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_OfSomebodyWhoLeaves_AreHandedOverOrAdopted()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var leaver = KeyHouse.Admin() with { Subject = "leaver", Name = "Lia", Email = "lia@acme.test" };
        var first = (await keys.CreateAsync(new NewKey("First"), leaver)).Value!.Key;
        var second = (await keys.CreateAsync(new NewKey("Second"), leaver)).Value!.Key;
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.OpenActionAsync("First", "Change owner…");
        await admin.Page.GetByLabel("New owner").FillAsync("nobody");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Change owner", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("neither somebody here nor an e-mail address");
        await admin.Page.GetByLabel("New owner").FillAsync("crm-team@acme.test");
        await admin.ShouldBeAccessibleAsync("the dialog that changes an owner", admin.Page.GetByRole(AriaRole.Dialog));
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Change owner", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.Row("First")).ToContainTextAsync("owner crm-team@acme.test");

        await admin.OpenActionAsync("Second", "Hand over all keys of this person…");
        await admin.Page.GetByLabel("This person has left").CheckAsync();
        await admin.ShouldBeAccessibleAsync("the dialog that hands over", admin.Page.GetByRole(AriaRole.Dialog));
        await admin.Button("Mark as left").ClickAsync();
        await Assertions.Expect(admin.Row("Second")).ToContainTextAsync("no owner");
        await admin.Page.GotoAsync(ReviewAddress.List);
        await admin.LiveAsync();
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "See them" }).ClickAsync();
        await admin.ArriveAsync("/integrations/without-owner$");
        await Assertions.Expect(admin.Page.Locator(".items > li")).ToContainTextAsync("Was with lia@acme.test (has left)");
        await admin.ShouldBeAccessibleAsync("the keys without an owner");
        await admin.Page.SetViewportSizeAsync(390, 844);
        await admin.ShouldFitAsync("the keys without an owner");
        await admin.Button("Adopt Second").ClickAsync();
        await admin.Page.GetByText("Every key has an owner").WaitForAsync();

        (await keys.GetAsync(first.Id, KeyHouse.Admin())).Value!.Owner!.Label.ShouldBe("crm-team@acme.test");
        var adopted = (await keys.GetAsync(second.Id, KeyHouse.Admin())).Value!;
        (adopted.Owner!.Label, adopted.Status).ShouldBe(("admin@acme.test", KeyStatus.Active));
        await using var db = dashboard.Services.GetRequiredService<SalesOs.Dashboard.Persistence.Database>().Read(KeyHouse.Acme);
        db.Set<AuditEntry>().Count(e => e.Action == AuditActions.PersonLeft).ShouldBe(1);
        admin.Troubles.ShouldBeEmpty();
    }
}
