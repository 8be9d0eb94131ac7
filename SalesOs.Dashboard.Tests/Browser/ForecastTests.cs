using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>A key may do more than it uses: the list marks it, and its editor says what it needs.</summary>
public class ForecastTests(Chromium chromium)
{
    [Fact]
    public async Task ExcessKey_IsFoundInTheListAndCutToWhatItUses()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var dashboard = await RunningDashboard.StartAsync(time);
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var wide = (await keys.CreateAsync(new NewKey("Pilot", Scopes: [Scopes.LeadsRead, Scopes.LeadsWrite], SingleUse: false), KeyHouse.Admin())).Value!;
        await keys.CreateAsync(new NewKey("Other"), KeyHouse.Admin());
        var recorder = dashboard.Services.GetRequiredService<UsageRecorder>();
        var route = recorder.RouteNumber("GET /v1/leads", Scopes.LeadsRead);
        for (var i = 0; i < 40; i++)
        {
            recorder.LetIn(dashboard.Services.GetRequiredService<KeyRing>().Find(wide.ApiKey)!, route, time.GetUtcNow().ToUnixTimeMilliseconds(), IPAddress.Parse("198.51.100.4"), "erp/2");
        }

        await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
        time.AdjustTime(time.GetUtcNow().AddDays(31));
        await dashboard.Services.GetRequiredService<ExcessMarker>().MarkAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", "/integrations/api-keys");

        await admin.Page.Locator(".totals a.excess").ClickAsync();
        await admin.ArriveAsync("status=excess");
        await Assertions.Expect(admin.Row("Other")).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Row("Pilot")).ToContainTextAsync("Allowed more than it uses");
        await admin.ShouldBeAccessibleAsync("the list of keys that may do more than they use");
        await admin.Page.GotoAsync($"/integrations/api-keys/{wide.Key.Id}");
        await admin.LiveAsync();
        await admin.Button("Edit").PressAsync("Enter");
        await Assertions.Expect(admin.Page.GetByText("0 of 40 requests in 90 days used leads:write")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.Locator("#edit-rate-forecast")).ToHaveTextAsync("With this, 0 of 40 requests in 90 days would have been refused.");
        await admin.Page.GetByLabel("Rate limit").FillAsync("10");
        await Assertions.Expect(admin.Page.Locator("#edit-rate-forecast")).ToContainTextAsync("30 of 40");
        await admin.ShouldBeAccessibleAsync("the editor with what it would have refused");
        await admin.Page.SetViewportSizeAsync(360, 740);
        await admin.ShouldFitAsync("the editor with what it would have refused");
        await admin.Page.SetViewportSizeAsync(1280, 800);

        await admin.Button("Suggest the least").PressAsync("Enter");

        await Assertions.Expect(admin.Page.Locator("#edit-rate")).ToHaveValueAsync("60");
        await Assertions.Expect(admin.Page.Locator("#edit-addresses")).ToHaveValueAsync("198.51.100.4");
        await Assertions.Expect(admin.Page.GetByText("Filled in: scopes, allowed addresses, rate limit.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.Locator("#edit-rate-forecast")).ToContainTextAsync("With this, 0 of 40");
        await admin.Button("Save changes").PressAsync("Enter");
        await Assertions.Expect(admin.Button("Edit")).ToBeFocusedAsync();
        var saved = (await keys.GetAsync(wide.Key.Id, KeyHouse.Admin())).Value!;
        saved.Scopes.ShouldBe([Scopes.LeadsRead]);
        (saved.RateLimit, saved.IsExcess).ShouldBe((60, false));
        await admin.Page.GotoAsync("/integrations/api-keys?status=excess");
        await admin.LiveAsync();
        await Assertions.Expect(admin.Row("Pilot")).ToHaveCountAsync(0);
        admin.Troubles.ShouldBeEmpty();
    }
}
