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
}
