using System.Globalization;
using System.IO.Compression;
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
        var requests = new List<IRequest>();
        fresh.RequestFinished += (_, request) =>
        {
            lock (requests)
            {
                requests.Add(request);
            }
        };

        var admin = await Person.OpenAsync(fresh, "/integrations/api-keys");
        await admin.LiveAsync();
        await admin.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        var loaded = new List<(string Path, int Bytes, IReadOnlyDictionary<string, string> Headers)>();
        foreach (var request in requests.ToList())
        {
            var (sizes, answer) = (await request.SizesAsync(), (await request.ResponseAsync())!);
            new Uri(request.Url).Authority.ShouldBe(dashboard.BaseAddress.Authority);
            var headers = await answer.AllHeadersAsync();
            // A build has gzip alone; a published program serves its files in Brotli.
            var body = headers.GetValueOrDefault("content-encoding") == "gzip" ? BrotliSize(await answer.BodyAsync()) : sizes.ResponseBodySize;
            loaded.Add((new Uri(request.Url).PathAndQuery, body + sizes.ResponseHeadersSize, headers));
        }

        var list = string.Join('\n', loaded.Select(l => $"{l.Bytes,7} {l.Path} {l.Headers.GetValueOrDefault("content-encoding")} {l.Headers.GetValueOrDefault("cache-control")}"));
        loaded.Count.ShouldBeInRange(6, MostRequests, list);
        loaded.Sum(l => l.Bytes).ShouldBeLessThanOrEqualTo(MostBytes, list);
        foreach (var (path, _, headers) in loaded.Where(l => l.Path.Contains(".css", StringComparison.Ordinal) || l.Path.Contains(".js", StringComparison.Ordinal) || l.Path.Contains(".woff2", StringComparison.Ordinal)))
        {
            headers.GetValueOrDefault("cache-control").ShouldNotBeNull(path).ShouldContain("max-age=31536000", Case.Sensitive, path);
            if (!path.Contains(".woff2", StringComparison.Ordinal))
            {
                headers.GetValueOrDefault("content-encoding").ShouldBe("gzip", path);
            }
        }
    }

    private static int BrotliSize(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(body);
        }

        return (int)compressed.Length;
    }
}
