using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys.Policies;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Two people of one tenant: what the policy would do is seen before it is saved, its rules stand at their fields, and what waits for the other is done by the other.</summary>
public class PolicyTests(Chromium chromium)
{
    [Fact]
    public async Task Policy_ForetoldAndSaved_StandsAtTheFieldsAndMarksKeys()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        await keys.CreateAsync(new NewKey("Open everywhere", RateLimit: 5000), KeyHouse.Admin());
        await keys.CreateAsync(new NewKey("Scoped", Scopes: [Scopes.LeadsRead]), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var policies = dashboard.Services.GetRequiredService<KeyPolicies>();
        await admin.Page.GotoAsync("/integrations/policy");
        await admin.LiveAsync();
        await SetAsync(KeyPolicy.None.With(PolicyRule.SingleUseRequired, new PolicyDemand { Level = PolicyLevel.Warn }));
        await Assertions.Expect(admin.Page.GetByLabel("Level: Single use required")).ToHaveValueAsync("Warn");
        await SetAsync(KeyPolicy.None);
        await Assertions.Expect(admin.Page.GetByLabel("Level: Single use required")).ToHaveValueAsync("Off");

        await admin.Page.GetByLabel("Level: Scopes required").SelectOptionAsync("Require");
        await Assertions.Expect(admin.Page.Locator(".forecast")).ToContainTextAsync("1 of 2 keys comply");
        await Assertions.Expect(admin.Page.Locator(".forecast li")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.Page.Locator(".forecast li")).ToContainTextAsync("is paused");
        await admin.Page.GetByLabel("Level: Highest rate limit").SelectOptionAsync("Require");
        await admin.Page.Locator("#policy-max_rate_limit-value").FillAsync("many");
        await admin.Page.Locator("#policy-max_rate_limit-value").BlurAsync();
        await Assertions.Expect(admin.Page.Locator("#policy-max_rate_limit-value-fault")).ToContainTextAsync("Enter a whole number");
        await admin.Page.Locator("#policy-max_rate_limit-value").FillAsync("1,000");
        await admin.Page.Locator("#policy-max_rate_limit-value").BlurAsync();
        await admin.ShouldBeAccessibleAsync("the page of the policy");
        await admin.Page.SetViewportSizeAsync(360, 740);
        await admin.ShouldFitAsync("the page of the policy");
        await admin.Page.SetViewportSizeAsync(1280, 800);
        await admin.Button("Save policy").ClickAsync();
        await admin.Page.GetByText("The policy is saved.").WaitForAsync();
        var saved = (await policies.GetAsync(KeyHouse.Admin())).Value!;
        (saved.Version, saved.Policy.ScopesRequired.Level, saved.Policy.MaxRateLimit.Value).ShouldBe((3, PolicyLevel.Require, 1000));

        await admin.Page.GotoAsync("/integrations/api-keys?status=outofpolicy");
        await admin.LiveAsync();
        await Assertions.Expect(admin.Row("Open everywhere")).ToContainTextAsync("Out of policy");
        await Assertions.Expect(admin.Row("Scoped")).ToHaveCountAsync(0);
        await admin.Row("Open everywhere").GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync("This key is out of policy");
        await admin.ShouldBeAccessibleAsync("the page of a key that is out of policy");
        await SetAsync(KeyPolicy.None);
        await Assertions.Expect(admin.Page.Locator(".banner")).ToHaveCountAsync(0);
        await SetAsync(saved.Policy);
        await Assertions.Expect(admin.Page.Locator(".banner")).ToContainTextAsync("This key is out of policy");
        await admin.Button("Edit").ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".policy.broken").First).ToContainTextAsync("this would be refused");
        await admin.Page.GetByLabel("Rate limit").FillAsync("4,000");
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("allows a rate limit of at most 1,000");
        admin.Troubles.ShouldBeEmpty();

        // By somebody else, while the page is open.
        async Task SetAsync(KeyPolicy policy) => (await policies.SetAsync(policy, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();
    }

    [Fact]
    public async Task KeyWithFullAccess_IsAskedForByOneApprovedByTheOtherAndShownToItsAsker()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.Services.GetRequiredService<KeyPolicies>().SetAsync(KeyPolicy.None with { SecondPerson = [SecondPersonAct.CreateUnrestricted] }, ifVersions: null, KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await using var ownersWindow = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var owner = await Person.SignInAsync(ownersWindow, "owner@acme.test");

        await admin.Button("Create API key").First.ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Partner import");
        foreach (var scope in await admin.Page.Locator(".scope input:checked").AllAsync())
        {
            await scope.UncheckAsync();
        }

        await admin.Page.Locator(".full input").CheckAsync();
        await admin.Page.GetByLabel("Why? (optional)").FillAsync("December import");
        await admin.ShouldBeAccessibleAsync("the dialog whose act waits", admin.Page.GetByRole(AriaRole.Dialog));
        await admin.Page.Locator("button[form=create-key]").ClickAsync();
        await admin.Page.GetByText("Another person must approve this. Your request waits under Approvals for 72 hours; nothing was changed.").WaitForAsync();

        await owner.Page.GotoAsync("/integrations/approvals");
        await owner.LiveAsync();
        await Assertions.Expect(owner.Page.Locator("#side-navigation .count")).ToContainTextAsync("1");
        await Assertions.Expect(owner.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("December import");
        await owner.ShouldBeAccessibleAsync("the page of approvals");
        await owner.Page.SetViewportSizeAsync(360, 740);
        await owner.ShouldFitAsync("the page of approvals");
        await owner.Page.SetViewportSizeAsync(1280, 800);
        await owner.Button("Approve").ClickAsync();
        await Assertions.Expect(owner.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("Approved");

        await admin.Page.GotoAsync("/integrations/approvals");
        await admin.LiveAsync();
        await admin.Button("Create the key").ClickAsync();
        await admin.SaveAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("Done");
        admin.Troubles.Concat(owner.Troubles).ShouldBeEmpty();
    }

    [Fact]
    public async Task RotationOfAKeyWithFullAccess_Approved_IsDoneAsItWasAskedForFromThePage()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var (keys, approvals) = (dashboard.Services.GetRequiredService<ApiKeyService>(), dashboard.Services.GetRequiredService<KeyApprovals>());
        var old = (await keys.CreateAsync(new NewKey("Open everywhere"), KeyHouse.Admin())).Value!.Key.Id;
        await dashboard.Services.GetRequiredService<KeyPolicies>().SetAsync(KeyPolicy.None with { SecondPerson = [SecondPersonAct.CreateUnrestricted] }, ifVersions: null, KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", $"/integrations/api-keys/{old}");
        await admin.Button("Rotate…").ClickAsync();
        await admin.Page.GetByLabel("This key ends", new() { Exact = true }).SelectOptionAsync("Once nobody uses it any more");
        await admin.Button("Make the successor").ClickAsync();
        await admin.Page.GetByText("Another person must approve this. Your request waits under Approvals for 72 hours; nothing was changed.").WaitForAsync();
        var request = (await approvals.ListAsync(open: true, 1, 25, KeyHouse.Auditor())).Value!.Approvals.ShouldHaveSingleItem().Id;
        (await approvals.ApproveAsync(request, null, PolicyHouse.Other())).Done.ShouldBeTrue();

        await admin.Page.GotoAsync("/integrations/approvals");
        await admin.LiveAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("Held from");
        await admin.ShouldBeAccessibleAsync("the page of approvals with a rotation");
        await admin.Button("Rotate the key").ClickAsync();
        await admin.SaveAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("Done");
        (await keys.GetAsync(old, KeyHouse.Admin())).Value!.RotatedTo.ShouldNotBeNull();
        admin.Troubles.ShouldBeEmpty();
    }
}
