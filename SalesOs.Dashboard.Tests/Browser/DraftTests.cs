using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What was typed into a form is not thrown away without a question, and it outlives a line that is cut and a page that begins anew.</summary>
public class DraftTests(Chromium chromium)
{
    private const string List = "/integrations/api-keys";

    [Fact]
    public async Task Form_WithSomethingTyped_AsksBeforeItIsThrownAway()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var key = await MakeAsync(dashboard, "CRM sync");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var (name, dialog, keyboard) = (admin.Page.GetByLabel("Name", new() { Exact = true }), admin.Page.GetByRole(AriaRole.Dialog), admin.Page.Keyboard);
        await admin.Page.GetByRole(AriaRole.Table).GetByRole(AriaRole.Link, new() { Name = "Requests" }).ClickAsync();
        await admin.ArriveAsync("sort=");
        await admin.Button("Create API key").ClickAsync();
        await Assertions.Expect(name).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await admin.Button("Create API key").ClickAsync();
        await Assertions.Expect(name).ToBeFocusedAsync();
        await keyboard.TypeAsync("ERP");
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(admin.Page.GetByText("Discard what you typed?")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Button("Keep editing")).ToBeFocusedAsync();
        await admin.ShouldBeAccessibleAsync("the question whether to discard", dialog);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(name).ToBeFocusedAsync();
        await Assertions.Expect(name).ToHaveValueAsync("ERP");
        await admin.Button("Cancel").ClickAsync();
        await Assertions.Expect(admin.Button("Keep editing")).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(name).ToBeFocusedAsync();
        await admin.Page.EvaluateAsync("() => { history.back(); }");
        await Assertions.Expect(admin.Page.GetByText("Discard what you typed?")).ToBeVisibleAsync();
        await admin.Button("Keep editing").ClickAsync();
        await Assertions.Expect(name).ToHaveValueAsync("ERP");
        await admin.Button("Cancel").ClickAsync();
        await admin.Button("Discard").ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Button("Create API key")).ToBeFocusedAsync();

        await admin.OpenActionAsync("CRM sync", "Revoke…");
        await admin.Page.GetByLabel("Another reason").CheckAsync();
        await admin.Page.GetByLabel("What happened?").FillAsync("Laptop stolen");
        await keyboard.PressAsync("Escape");
        await admin.Button("Discard").ClickAsync();
        await admin.OpenActionAsync("CRM sync", "Delete…");
        await admin.Page.GetByLabel("To confirm, type the key’s name").FillAsync("CRM");
        await keyboard.PressAsync("Escape");
        await admin.Button("Discard").ClickAsync();

        await admin.Row("CRM sync").GetByRole(AriaRole.Link).ClickAsync();
        await admin.Button("Edit").ClickAsync();
        await name.FillAsync("CRM sync 2");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "24 h", Exact = true }).Or(admin.Page.GetByRole(AriaRole.Link, new() { Name = "Audit log" })).First.ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("Discard what you typed?")).ToBeVisibleAsync();
        await admin.Button("Keep editing").ClickAsync();
        await Assertions.Expect(name).ToHaveValueAsync("CRM sync 2");
        admin.Page.Url.ShouldContain($"{key}");
        var asked = new TaskCompletionSource<string>();
        admin.Page.Dialog += async (_, question) =>
        {
            await question.DismissAsync();
            asked.TrySetResult(question.Type);
        };
        await admin.Page.EvaluateAsync("() => { setTimeout(() => location.assign('/signed-out')); }");
        (await asked.Task.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe("beforeunload");
        await Assertions.Expect(name).ToHaveValueAsync("CRM sync 2");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Audit log" }).First.ClickAsync();
        await admin.Button("Discard").ClickAsync();
        await admin.ArriveAsync("/integrations/audit");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Form_HalfFilled_IsThereAgainWhenThePageBeginsAnew()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var key = await MakeAsync(dashboard, "CRM sync");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);

        await admin.Button("Create API key").ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("ERP");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Full access" }).ClickAsync();
        await admin.Page.GetByLabel("I understand this key can call every endpoint").CheckAsync();
        await admin.Page.GetByLabel("Expiration", new() { Exact = true }).SelectOptionAsync("On a date…");
        await admin.Page.GetByLabel("Last day", new() { Exact = true }).FillAsync("2030-12-31");
        await admin.Page.GetByText("Advanced options").ClickAsync();
        await admin.Page.GetByLabel("Notes", new() { Exact = true }).FillAsync("nightly");
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Page.GetByText("What you had typed is here again.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByLabel("Last day", new() { Exact = true })).ToHaveValueAsync("2030-12-31");
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("ERP");
        await Assertions.Expect(admin.Page.GetByLabel("Notes", new() { Exact = true })).ToHaveValueAsync("nightly");
        await Assertions.Expect(admin.Page.GetByLabel("I understand this key can call every endpoint")).ToBeCheckedAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await admin.RevealedAsync();
        await admin.SaveAsync();
        var made = (await Keys(dashboard).ListAsync(new KeyQuery(Search: "ERP"), KeyHouse.Admin())).Value!.Keys.ShouldHaveSingleItem();
        (made.Scopes.Count, made.Notes).ShouldBe((0, "nightly"));
        made.ExpiresAt.ShouldNotBeNull().ShouldBeInRange(new DateTimeOffset(2030, 12, 31, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2031, 1, 2, 0, 0, 0, TimeSpan.Zero));

        await admin.OpenActionAsync("CRM sync", "Revoke…");
        await admin.Page.GetByLabel("Another reason").CheckAsync();
        await admin.Page.GetByLabel("What happened?").FillAsync("Laptop stolen");
        await BeginAnewAsync(admin);
        await Assertions.Expect(dialog).ToContainTextAsync("CRM sync");
        await Assertions.Expect(admin.Page.GetByLabel("What happened?")).ToHaveValueAsync("Laptop stolen");
        await admin.Button("Cancel").ClickAsync();
        await admin.Button("Discard").ClickAsync();

        await admin.OpenActionAsync("CRM sync", "Delete…");
        await admin.Page.GetByLabel("To confirm, type the key’s name").FillAsync("CRM");
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Page.GetByLabel("To confirm, type the key’s name")).ToHaveValueAsync("CRM");
        await admin.Page.GetByLabel("To confirm, type the key’s name").PressAsync("End");
        await admin.Page.GetByLabel("To confirm, type the key’s name").PressSequentiallyAsync(" sync");
        await Assertions.Expect(admin.Page.GetByLabel("To confirm, type the key’s name")).ToHaveValueAsync("CRM sync");
        await Assertions.Expect(admin.Button("Delete key")).ToBeEnabledAsync();
        await admin.Button("Cancel").ClickAsync();
        await admin.Button("Discard").ClickAsync();

        await admin.Page.GetByLabel("Select CRM sync", new() { Exact = true }).CheckAsync();
        await admin.Page.GetByRole(AriaRole.Region, new() { Name = "Selected keys" }).GetByRole(AriaRole.Button, new() { Name = "Revoke…" }).ClickAsync();
        await admin.Page.GetByLabel("Another reason").CheckAsync();
        await admin.Page.GetByLabel("What happened?").FillAsync("Vendor left");
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Page.GetByLabel("What happened?")).ToHaveValueAsync("Vendor left");
        await Assertions.Expect(admin.Button("Revoke 1 key")).ToBeVisibleAsync();
        await admin.Button("Cancel").ClickAsync();
        await admin.Button("Discard").ClickAsync();

        await admin.Row("CRM sync").GetByRole(AriaRole.Link).ClickAsync();
        await admin.Button("Edit").ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("CRM sync 2");
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("CRM sync 2");
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "CRM sync 2", Level = 1 })).ToBeVisibleAsync();
        (await Keys(dashboard).GetAsync(key, KeyHouse.Admin())).Value!.Name.ShouldBe("CRM sync 2");
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Button("Edit")).ToBeVisibleAsync();
        (await admin.Page.EvaluateAsync<string?>("() => sessionStorage.getItem('unsent')")).ShouldBeNull("what was sent is kept no longer");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Form_OfANoticesReceiver_IsThereAgainWhenThePageBeginsAnew()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.Services.GetRequiredService<NoticeEmails>().AddAsync(new NewEmail("team@example.com"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", NoticesAddress.Path);

        await admin.Button("Add a webhook").ClickAsync();
        await admin.Page.GetByLabel("Address", new() { Exact = true }).FillAsync("https://hooks.example.com/a");
        await admin.Page.GetByLabel("Only these events").CheckAsync();
        await admin.Page.GetByLabel("API key edited", new() { Exact = true }).CheckAsync();
        await admin.Page.GetByLabel("API key expires", new() { Exact = true }).UncheckAsync();
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Page.GetByText("What you had typed is here again.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByLabel("Address", new() { Exact = true })).ToHaveValueAsync("https://hooks.example.com/a");
        await Assertions.Expect(admin.Page.GetByLabel("API key edited", new() { Exact = true })).ToBeCheckedAsync();
        await Assertions.Expect(admin.Page.GetByLabel("API key expires", new() { Exact = true })).Not.ToBeCheckedAsync();
        await admin.Button("Add").ClickAsync();
        await admin.Button("I have saved it").ClickAsync();
        var webhook = (await dashboard.Services.GetRequiredService<NoticeWebhooks>().ListAsync(KeyHouse.Admin())).Value!.ShouldHaveSingleItem();
        (webhook.Url, webhook.Events!.Contains(NoticeEvent.KeyEdited), webhook.Events!.Contains(NoticeEvent.KeyExpiring)).ShouldBe(("https://hooks.example.com/a", true, false));

        await admin.Button("Edit…: team@example.com").ClickAsync();
        // A person's choice begins with the focus; Playwright's does not.
        await admin.Page.GetByLabel("Language of its notices").FocusAsync();
        await admin.Page.GetByLabel("Language of its notices").SelectOptionAsync("pt-BR");
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("team@example.com");
        await Assertions.Expect(admin.Page.GetByLabel("Language of its notices")).ToHaveValueAsync("pt-BR");
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#emails article")).ToContainTextAsync("Português");
        await BeginAnewAsync(admin);
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Form_HalfFilled_IsOfferedToNobodyElse()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await MakeAsync(dashboard, "CRM sync");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Button("Create API key").ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("ERP");
        await admin.Page.EvaluateAsync("() => dashboard.leave('/sign-in?returnUrl=%2Fintegrations%2Fapi-keys')");
        await admin.Page.Locator("button:has-text('owner@acme.test')").ClickAsync();
        await admin.ArriveAsync(List);
        await admin.LiveAsync();

        await Assertions.Expect(admin.Row("CRM sync")).ToBeVisibleAsync();
        await admin.Page.WaitForFunctionAsync("() => sessionStorage.getItem('unsent') === null");
        (await admin.Page.GetByRole(AriaRole.Dialog).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Form_TypedInWhileTheLineIsCut_IsSentWhole()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var key = await MakeAsync(dashboard, "CRM sync");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var line = await CuttableLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var notice = admin.Page.Locator("#components-reconnect-modal");
        await admin.Button("Create API key").ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).PressSequentiallyAsync("ER");
        await CutAsync(async () =>
        {
            await admin.Page.GetByLabel("Name", new() { Exact = true }).PressSequentiallyAsync("P nightly");
            await admin.Page.GetByLabel("leads:read").CheckAsync();
            await admin.Page.GetByLabel("TestHas data of its own").CheckAsync();
        });
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await admin.RevealedAsync();
        await admin.SaveAsync();
        var made = (await Keys(dashboard).ListAsync(new KeyQuery(Search: "ERP"), KeyHouse.Admin())).Value!.Keys.ShouldHaveSingleItem();
        (made.Name, made.Environment).ShouldBe(("ERP nightly", KeyEnvironment.Test));
        made.Scopes.ShouldBe([Scopes.DefaultSync, Scopes.LeadsRead]);

        await admin.OpenActionAsync("CRM sync", "Revoke…");
        await admin.Page.GetByLabel("Another reason").CheckAsync();
        await admin.Page.GetByLabel("What happened?").FillAsync("Laptop");
        await CutAsync(() => admin.Page.GetByLabel("What happened?").PressSequentiallyAsync(" stolen"));
        await admin.Button("Revoke key").ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        (await Keys(dashboard).GetAsync(key, KeyHouse.Admin())).Value!.RevokeReason.ShouldBe("Laptop stolen");
        admin.Troubles.ShouldAllBe(trouble => Regex.IsMatch(trouble, "onnect|WebSocket", RegexOptions.None, TimeSpan.FromSeconds(1)), "only of the line that was cut");

        async Task CutAsync(Func<Task> meanwhile)
        {
            await line.CutAsync();
            await Assertions.Expect(notice).ToHaveClassAsync(new Regex("components-reconnect-(show|retrying)"));
            await meanwhile();
            line.Mend();
            await Assertions.Expect(notice).ToHaveClassAsync(new Regex("components-reconnect-hide"), new() { Timeout = 30_000 });
        }
    }

    /// <summary>As the page does by itself when the server no longer knows its circuit.</summary>
    private static async Task BeginAnewAsync(Person person)
    {
        await person.Page.EvaluateAsync("() => { document.documentElement.dataset.old = ''; dashboard.reload(); }");
        await person.Page.Locator("html:not([data-old])[data-live]").WaitForAsync();
    }

    private static ApiKeyService Keys(RunningDashboard dashboard) => dashboard.Services.GetRequiredService<ApiKeyService>();

    private static async Task<Guid> MakeAsync(RunningDashboard dashboard, string name) => (await Keys(dashboard).CreateAsync(new NewKey(name), KeyHouse.Admin())).Value!.Key.Id;
}
