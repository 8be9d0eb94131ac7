using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

public class FirstLoadTests(Chromium chromium)
{
    private const int MostBytes = 220_000;
    private const int MostRequests = 20;

    [Fact]
    public async Task FirstLoad_OfAPageOfKeys_IsSmallOfThisHostAloneAndKeptForAYear()
    {
        // As in production: in Development the host may serve files that changed since the build, as they are on the disk.
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--ReloadStaticAssetsAtRuntime=false");
        for (var i = 0; i < 25; i++)
        {
            await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey(string.Create(CultureInfo.InvariantCulture, $"Warehouse {i}"), Scopes: Scopes.All), KeyHouse.Admin());
        }

        await using var first = await chromium.NewWindowAsync(dashboard.BaseAddress);
        await Person.SignInAsync(first, "admin@acme.test");
        await using var fresh = await chromium.NewWindowAsync(dashboard.BaseAddress);
        await fresh.AddCookiesAsync((await first.CookiesAsync()).Select(c => new Cookie { Name = c.Name, Value = c.Value, Domain = c.Domain, Path = c.Path }));
        var load = FirstLoad.Watch(fresh);
        var admin = await Person.OpenAsync(fresh, "/integrations/api-keys");
        await admin.LiveAsync();
        var (loaded, list) = await load.DoneAsync();

        loaded.ShouldAllBe(l => l.Address.Authority == dashboard.BaseAddress.Authority);
        loaded.Count.ShouldBeInRange(6, MostRequests, list);
        loaded.Sum(l => l.Bytes).ShouldBeLessThanOrEqualTo(MostBytes, list);
        foreach (var (address, _, headers) in loaded.Where(l => l.Path.Contains(".css", StringComparison.Ordinal) || l.Path.Contains(".js", StringComparison.Ordinal) || l.Path.Contains(".woff2", StringComparison.Ordinal)))
        {
            var path = address.PathAndQuery;
            headers.GetValueOrDefault("cache-control").ShouldNotBeNull(path).ShouldContain("max-age=31536000", Case.Sensitive, path);
            if (!path.Contains(".woff2", StringComparison.Ordinal))
            {
                headers.GetValueOrDefault("content-encoding").ShouldBe("gzip", path);
            }
        }
    }

    /// <summary>Cumulative layout shift, as the browser counts it, from the first paint to the page with its circuit and all that it loads.</summary>
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Pages_UntilTheyAreComplete_MoveNothingThatIsShown(int width)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Warehouse"), KeyHouse.Admin());
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, width);
        await window.AddInitScriptAsync(
            """
            window.shifts = [];
            window.moved = [];
            new PerformanceObserver(list => {
              const all = list.getEntries().filter(shift => !shift.hadRecentInput);
              shifts.push(...all);
              moved.push(...all.flatMap(shift => shift.sources).map(({ node, previousRect, currentRect }) => `${node?.outerHTML?.slice(0, 80) ?? node?.nodeName} ${previousRect.y} to ${currentRect.y}, ${previousRect.height} to ${currentRect.height}`));
            }).observe({ type: "layout-shift", buffered: true });
            """);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        foreach (var path in (string[])["/integrations/api-keys", $"/integrations/api-keys/{made.Value!.Key.Id}", "/integrations/audit", "/integrations/sandbox"])
        {
            await admin.Page.GotoAsync(path);
            await admin.LiveAsync();
            await Assertions.Expect(admin.Page.Locator(".totals .waiting, .sandbox > fieldset:disabled")).ToHaveCountAsync(0);

            var shift = await admin.Page.EvaluateAsync<double>("() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(shifts.reduce((sum, shift) => sum + shift.value, 0)))))");
            shift.ShouldBeLessThanOrEqualTo(0.01, $"{path}: {await admin.Page.EvaluateAsync<string>("() => moved.join('\\n')")}");
        }
    }
}
