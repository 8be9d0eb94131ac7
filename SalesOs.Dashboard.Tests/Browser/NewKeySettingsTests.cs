using System.Net;
using Microsoft.Playwright;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What is chosen for a new key, by keyboard alone, is what the gate then does.</summary>
public class NewKeySettingsTests(Chromium chromium)
{
    [Fact]
    public async Task AddressesAndSingleUse_ChosenByKeyboard_HoldFromTheFirstRequest()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Button("Create API key").First.PressAsync("Enter");
        await admin.Page.WaitForFunctionAsync("() => document.activeElement.id === 'key-name'");
        await admin.Page.Keyboard.TypeAsync("CRM sync");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Full access" }).PressAsync("Enter");
        await admin.Page.GetByLabel("I understand this key can call every endpoint").PressAsync("Space");
        // Chromium's own date field, part by part: a month that is typed anew is not whole for a moment, and the rest stays.
        await admin.Page.GetByLabel("Expiration", new() { Exact = true }).SelectOptionAsync("On a date…");
        var day = admin.Page.GetByLabel("Last day", new() { Exact = true });
        await day.FocusAsync();
        await admin.Page.Keyboard.TypeAsync("12152030");
        await admin.Page.Keyboard.PressAsync("Tab");
        await admin.Page.GetByLabel("Expiration", new() { Exact = true }).FocusAsync();
        await day.FocusAsync();
        await admin.Page.Keyboard.TypeAsync("0");
        await Assertions.Expect(admin.Page.GetByText("The key works until the end of this day")).ToBeVisibleAsync();
        await admin.Page.Keyboard.TypeAsync("3");
        await admin.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(day).ToHaveValueAsync("2030-03-15");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await admin.Page.GetByText("Advanced options").PressAsync("Enter");
        var addresses = admin.Page.GetByLabel("Allowed addresses");
        await Assertions.Expect(addresses).ToBeVisibleAsync();

        await addresses.PressSequentiallyAsync("203.0.113.300\n");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("203.0.113.300");
        await admin.ShouldBeAccessibleAsync("an address that is none");
        await addresses.FillAsync("203.0.113.7");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Assertions.Expect(addresses).ToBeVisibleAsync();
        await admin.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(admin.Button("Use my address (127.0.0.1)")).ToBeFocusedAsync();
        await admin.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(addresses).ToHaveValueAsync("203.0.113.7\n127.0.0.1");
        await Assertions.Expect(admin.Page.GetByText("from these 2 addresses and blocks alone")).ToBeVisibleAsync();
        await admin.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Switch, new() { Name = "Single-use signatures" })).ToBeFocusedAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Switch, new() { Name = "Single-use signatures" })).ToBeCheckedAsync();
        await admin.ShouldBeAccessibleAsync("advanced options");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create API key" }).PressAsync("Enter");
        var (apiKey, secret) = await admin.RevealedAsync();

        var header = RequestSigner.Authorization(apiKey, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "POST", "/v1/leads", "{}"u8);
        var request = new RawRequest("POST", "/v1/leads") { Body = "{}"u8.ToArray() }.With("Authorization: " + header, "Content-Type: application/json");
        (await (request with { From = IPAddress.Parse("127.0.0.2") }).SendAsync(dashboard.BaseAddress)).Status.ShouldBe(403);
        (await request.SendAsync(dashboard.BaseAddress)).Status.ShouldBe(400);
        (await request.SendAsync(dashboard.BaseAddress)).Status.ShouldBe(409);
        admin.Troubles.ShouldBeEmpty();
    }
}
