using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

/// <summary>The whole program under clients that call at once: the limit and the counts are exact, and both outlive a restart.</summary>
public sealed class CountedRequestsTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Limit_OfFiveBeforeSixteenClients_LetsInFiveAndNoMoreAfterARestart()
    {
        CreatedKey key;
        await using (var dashboard = await StartAsync())
        {
            key = await MakeAsync(dashboard, new NewKey("five", RateLimit: 5));
            var clients = Enumerable.Range(0, 16).Select(_ => StatusesAsync(dashboard, key, Enumerable.Repeat("/v1/whoami", 4)));
            var statuses = (await Task.WhenAll(clients)).SelectMany(s => s).ToList();
            statuses.Count(s => s == HttpStatusCode.OK).ShouldBe(5);
            statuses.Count(s => s == HttpStatusCode.TooManyRequests).ShouldBe(59);
        }

        clock.Advance(TimeSpan.FromMinutes(59));
        await using (var dashboard = await StartAsync())
        {
            using var refused = await CallAsync(dashboard.Client, key, "/v1/whoami");
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromMinutes(2));
            (await ViewAsync(dashboard, key)).UsageCount.ShouldBe(5);

            clock.Advance(TimeSpan.FromMinutes(2));
            (await StatusesAsync(dashboard, key, Enumerable.Repeat("/v1/whoami", 6))).Count(s => s == HttpStatusCode.OK).ShouldBe(5);
        }
    }

    [Fact]
    public async Task Counts_OfParallelClients_AreExactAfterAStop()
    {
        const int Clients = 8;
        const int Minutes = 3;
        string[] calls = [.. Enumerable.Repeat("/v1/whoami", 10), .. Enumerable.Repeat("/v1/leads/none", 6), .. Enumerable.Repeat("/v1/leads?page=0", 4)];
        await using var dashboard = await StartAsync();
        var key = await MakeAsync(dashboard, new NewKey("counted"));
        for (var minute = 0; minute < Minutes; minute++)
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => StatusesAsync(dashboard, key, calls)));
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        await dashboard.StopAsync();

        var expected = Clients * Minutes * calls.Length;
        (await ViewAsync(dashboard, key)).UsageCount.ShouldBe(expected);
        await using var db = dashboard.Services.GetRequiredService<Database>().Read(KeyHouse.Acme);
        var rows = await db.Set<UsageCount>().Where(c => c.KeyId == key.Key.Id && c.Step == UsageStep.Minute).ToListAsync();
        var letIn = rows.Where(r => r.Counted == CountedAs.Of(Verdict.LetIn)).ToList();
        letIn.GroupBy(r => r.At).Select(g => g.Sum(r => r.Count)).ShouldBe(Enumerable.Repeat(Clients * calls.Length + 0L, Minutes));
        letIn.GroupBy(r => r.Route, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(r => r.Count), StringComparer.Ordinal).ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["GET /v1/whoami"] = Clients * Minutes * 10,
                ["GET /v1/leads/{id}"] = Clients * Minutes * 6,
                ["GET /v1/leads"] = Clients * Minutes * 4,
            },
            ignoreOrder: true);
        Sum(AnswerClass.Success).ShouldBe(Clients * Minutes * 10);
        Sum(AnswerClass.ClientError).ShouldBe(Clients * Minutes * 10);
        Sum(AnswerClass.ServerError).ShouldBe(0);

        long Sum(AnswerClass answer) => rows.Where(r => r.Counted == CountedAs.Of(answer)).Sum(r => r.Count);
    }

    [Fact]
    public async Task LastUse_IsThatOfTheLatestRequestThatWasLetIn()
    {
        await using var dashboard = await StartAsync();
        var key = await MakeAsync(dashboard, new NewKey("last", Scopes: [Scopes.DefaultSync]));
        await CallAsync(dashboard.Client, key, "/v1/whoami", "first/1");
        clock.Advance(TimeSpan.FromSeconds(2));
        await CallAsync(dashboard.Client, key, "/v1/whoami", "second/2 " + new string('x', 300));
        var latest = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromSeconds(2));
        await CallAsync(dashboard.Client, key, "/v1/leads", "refused/3");
        await dashboard.StopAsync();

        var view = await ViewAsync(dashboard, key);

        view.UsageCount.ShouldBe(2);
        view.LastUsedAt.ShouldBe(latest);
        view.LastUsedIp.ShouldBe("127.0.0.1");
        view.LastUsedAgent.ShouldBe(("second/2 " + new string('x', 300))[..256]);
    }

    /// <summary>Some programs put all that they are set to into their name (guarantee S1).</summary>
    [Fact]
    public async Task Agent_ThatNamesASecret_IsKeptUpToIt()
    {
        await using var dashboard = await StartAsync();
        var key = await MakeAsync(dashboard, new NewKey("agent"));
        await CallAsync(dashboard.Client, key, "/v1/whoami", $"erp/1 key={key.Secret}");
        await dashboard.StopAsync();

        (await ViewAsync(dashboard, key)).LastUsedAgent.ShouldBe("erp/1 key=");
        await using var db = dashboard.Services.GetRequiredService<Database>().Read(KeyHouse.Acme);
        (await db.Set<KeyCaller>().Where(c => c.KeyId == key.Key.Id).Select(c => c.Agent).ToListAsync()).ShouldBe(["erp/1 key="]);
    }

    private Task<RunningDashboard> StartAsync() => RunningDashboard.StartAsync(clock, directory: directory);

    private static async Task<CreatedKey> MakeAsync(RunningDashboard dashboard, NewKey request) =>
        (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(request, KeyHouse.Admin())).Value!;

    private static async Task<ApiKeyView> ViewAsync(RunningDashboard dashboard, CreatedKey key) =>
        (await dashboard.Services.GetRequiredService<ApiKeyService>().GetAsync(key.Key.Id, KeyHouse.Admin())).Value!;

    /// <summary>A client of its own, one call after the other.</summary>
    private async Task<List<HttpStatusCode>> StatusesAsync(RunningDashboard dashboard, CreatedKey key, IEnumerable<string> targets)
    {
        using var client = dashboard.NewClient();
        var statuses = new List<HttpStatusCode>();
        foreach (var target in targets)
        {
            using var answer = await CallAsync(client, key, target);
            statuses.Add(answer.StatusCode);
        }

        return statuses;
    }

    private async Task<HttpResponseMessage> CallAsync(HttpClient client, CreatedKey key, string target, string agent = "test/1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, clock.GetUtcNow().ToUnixTimeSeconds(), "GET", target, []));
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        return await client.SendAsync(request);
    }
}
