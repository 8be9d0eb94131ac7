using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices.Mail;
using SalesOs.Dashboard.Tests.Notices.Webhooks;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Notices as people set them up and get them: a real receiver and a real mail server at the other end.</summary>
public class NoticesPageTests(Chromium chromium)
{
    [Fact]
    public async Task Admin_AddsReceiversTriesThemAndIsTold_AndAnAuditorOnlyReads()
    {
        await using var receiver = new Receiver();
        await using var mail = new MailServer();
        await using var dashboard = await RunningDashboard.StartAsync(settings: ["--Webhooks:AllowPrivateNetworks=true", .. mail.Settings.Select(s => $"--{s.Key}={s.Value}")]);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", NoticesAddress.Path);

        var secret = await AddWebhookAsync(admin, receiver);
        var webhooks = admin.Page.Locator("#webhooks article");
        await Assertions.Expect(webhooks).ToContainTextAsync($"127.0.0.1:{receiver.Port}");
        await admin.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Send a test") }).ClickAsync();
        var deliveries = admin.Page.Locator("#deliveries article");
        await Assertions.Expect(deliveries.First).ToContainTextAsync("Delivered");
        ReferenceLibrary.InDotNet(secret, receiver.Requests.ShouldHaveSingleItem()).ShouldBe(ReferenceLibrary.Holds);
        await deliveries.First.Locator("summary").ClickAsync();
        await Assertions.Expect(deliveries.First).ToContainTextAsync("answered 204");
        await deliveries.First.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Assertions.Expect(deliveries.First.Locator("summary")).ToContainTextAsync("2 tries");
        receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);

        await ConfirmAddressAsync(admin, mail);
        await EditAddressAsync(admin);
        await TellAsync(admin, dashboard);

        await admin.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Switch off") }).ClickAsync();
        await Assertions.Expect(webhooks.Locator(".status-chip")).ToHaveTextAsync("Switched off");
        await admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = "API key edited: E-mail" }).CheckAsync();
        await admin.Page.ReloadAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Checkbox, new() { Name = "API key edited: E-mail" })).ToBeCheckedAsync();
        admin.Troubles.ShouldBeEmpty();

        await using var other = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var auditor = await Person.SignInAsync(other, "auditor@acme.test", NoticesAddress.Path, portuguese: true);
        await Assertions.Expect(auditor.Page.Locator("#webhooks article")).ToContainTextAsync("Desativado");
        (await auditor.Page.Locator("main button, main input").CountAsync()).ShouldBe(0, "what an auditor may not do is absent");
        auditor.Troubles.ShouldBeEmpty();
    }

    /// <returns>The secret, which is shown once.</returns>
    private static async Task<string> AddWebhookAsync(Person admin, Receiver receiver)
    {
        await admin.Button("Add a webhook").ClickAsync();
        await admin.Page.GetByLabel("Address", new() { Exact = true }).FillAsync("http://169.254.169.254/latest");
        await admin.Button("Add").ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#webhook-url-fault")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Address", new() { Exact = true }).FillAsync(receiver.Url().ToString());
        await admin.Button("Add").ClickAsync();
        await admin.Button("Show Secret").ClickAsync();
        var shown = admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox);
        await Assertions.Expect(shown).ToContainTextAsync("whsec_");
        var secret = await shown.InnerTextAsync();
        await admin.ShouldBeAccessibleAsync("the secret");
        await admin.Button("I have saved it").ClickAsync();
        await admin.Page.Locator(".mud-dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await admin.Page.ContentAsync()).ShouldNotContain(secret);
        return secret;
    }

    private static async Task ConfirmAddressAsync(Person admin, MailServer mail)
    {
        await admin.Button("Add an address").ClickAsync();
        await admin.Page.GetByLabel("E-mail address", new() { Exact = true }).FillAsync("team@example.com");
        await admin.Button("Add").ClickAsync();
        var chip = admin.Page.Locator("#emails article .status-chip");
        await Assertions.Expect(chip).ToHaveTextAsync("Not confirmed");
        for (var i = 0; mail.Mails.Count == 0 && i < 300; i++)
        {
            await admin.Page.WaitForTimeoutAsync(100);
        }

        var path = new Uri(Regex.Match(mail.Mails.ShouldHaveSingleItem().TextBody!, @"https://\S+/notices/confirm/\S+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value).AbsolutePath;
        // Whoever reads that mailbox may have no account.
        await using var outside = await admin.Page.Context.Browser!.NewContextAsync(new() { BaseURL = new Uri(admin.Page.Url).GetLeftPart(UriPartial.Authority), Locale = "en-US" });
        var reader = await Person.OpenAsync(outside, path);
        await Assertions.Expect(chip).ToHaveTextAsync("Not confirmed", new() { Timeout = 1000 });
        await reader.ShouldBeAccessibleAsync("the page that confirms");
        await reader.Button("Confirm this address").ClickAsync();
        await Assertions.Expect(reader.Page.GetByText("notices go to team@example.com from now on")).ToBeVisibleAsync();
        await Assertions.Expect(chip).ToHaveTextAsync("Confirmed");
        await reader.Page.GotoAsync(path[..^4] + "AAAA");
        await reader.Button("Confirm this address").ClickAsync();
        await Assertions.Expect(reader.Page.GetByText("This link no longer holds.")).ToBeVisibleAsync();
        reader.Troubles.ShouldBeEmpty();
    }

    private static async Task EditAddressAsync(Person admin)
    {
        var article = admin.Page.Locator("#emails article");
        await admin.Button("Edit…: team@example.com").ClickAsync();
        await admin.Page.GetByLabel("Language of its notices").SelectOptionAsync("pt-BR");
        await admin.Page.GetByLabel("Only these events").CheckAsync();
        await admin.ShouldBeAccessibleAsync("the address that is edited", admin.Page.GetByRole(AriaRole.Dialog));
        await admin.Button("Save changes").ClickAsync();
        await Assertions.Expect(article).ToContainTextAsync("Português");
        await Assertions.Expect(article.Locator(".status-chip")).ToHaveTextAsync("Confirmed");
    }

    /// <summary>What happens to a key comes to the bell of an open page by itself.</summary>
    private static async Task TellAsync(Person admin, RunningDashboard dashboard)
    {
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var key = (await keys.CreateAsync(new NewKey("CRM sync", Scopes: []), KeyHouse.Admin())).Value!.Key;

        var bell = admin.Page.GetByRole(AriaRole.Button, new() { Name = "Notices, 1 unread" });
        await bell.ClickAsync();
        var notice = admin.Page.Locator("#notices-panel li.unread");
        await Assertions.Expect(notice).ToContainTextAsync("API key “CRM sync” can call every endpoint");
        await admin.ShouldBeAccessibleAsync("the bell", admin.Page.Locator("#notices-panel"));
        await notice.GetByRole(AriaRole.Link).ClickAsync();
        await admin.ArriveAsync($"/integrations/api-keys/{key.Id}$");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Notices", Exact = true })).ToBeVisibleAsync();

        var alsoTell = admin.Page.Locator("#also-tell");
        await alsoTell.GetByLabel("E-mail address").FillAsync("supplier@example.org");
        await alsoTell.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Assertions.Expect(alsoTell.Locator("li")).ToContainTextAsync("supplier@example.org");
        await admin.Page.GotoAsync(NoticesAddress.Path);
        await admin.LiveAsync();
        await Assertions.Expect(admin.Page.Locator("#emails article")).ToHaveCountAsync(2);
    }
}
