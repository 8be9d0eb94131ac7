using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Faults;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>What callers behind the documented load balancer notice of nodes that go and come: nothing, but what was under way on one that was killed.</summary>
[OnPostgres]
[Trait("Speed", "Slow")]
public sealed class NodesBehindNginxTests : IAsyncLifetime
{
    private static readonly int Rounds = FaultRun.Full ? 10 : 1;

    /// <summary>Nodes a round.</summary>
    private static readonly int Restarted = FaultRun.Full ? NodesBehindNginx.Count : 1;

    private readonly ConcurrentBag<string> failures = [];
    private StubIssuer issuer = null!;
    private NodesBehindNginx nodes = null!;
    private int answered;

    public async ValueTask InitializeAsync()
    {
        issuer = await StubIssuer.StartAsync();
        nodes = await NodesBehindNginx.StartAsync($"--Oidc:Authority={issuer.Address}", "--Oidc:ClientId=dashboard", "--Oidc:ClientSecret=hush");
    }

    public async ValueTask DisposeAsync()
    {
        if (nodes is not null)
        {
            await nodes.DisposeAsync();
        }

        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task EachNode_RestartedUnderLoad_FailsNoRequest()
    {
        var (restarts, before) = (0, 0);
        await UnderLoadAsync(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                for (var node = 0; node < Restarted; node++)
                {
                    before = answered;
                    (await nodes.TerminateAsync(node)).ShouldBe(0);
                    await nodes.BeginAsync(node);
                    answered.ShouldBeGreaterThan(before, "the others went on serving");
                    // nginx asks it again after fail_timeout.
                    await AnsweredAsync(300);
                    restarts++;
                }
            }
        });

        failures.ShouldBeEmpty();
        FaultRun.Tell(string.Create(CultureInfo.InvariantCulture, $"{restarts} nodes restarted one after the other behind nginx under load: {answered} requests answered, none failed"));
    }

    [Fact]
    [Trait("Speed", "Long")]
    public async Task ANode_KilledUnderLoad_FailsNothingButWhatWasUnderWayOnIt()
    {
        var kills = 0;
        await UnderLoadAsync(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var node = round % NodesBehindNginx.Count;
                await nodes.KillAsync(node);
                kills++;
                await AnsweredAsync(600);
                await nodes.BeginAsync(node);
                await AnsweredAsync(300);
            }
        });

        // Each client has one request under way at a time.
        failures.Count.ShouldBeLessThanOrEqualTo(kills * Clients, string.Join('\n', failures));
        failures.ShouldAllBe(failure => failure.EndsWith(" 502", StringComparison.Ordinal));
        FaultRun.Tell(string.Create(CultureInfo.InvariantCulture, $"{kills} nodes killed behind nginx under load: {answered} requests answered, {failures.Count} failed"));
    }

    private const int Clients = 5;

    /// <summary>Waits until so many more requests have been answered.</summary>
    private async Task AnsweredAsync(int more)
    {
        var (until, began) = (answered + more, Stopwatch.GetTimestamp());
        while (answered < until)
        {
            Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60, "nobody answers any more");
            await Task.Delay(10);
        }
    }

    /// <summary>Signed reads, signed writes with signatures that are good once, and edits by the management API, without a pause.</summary>
    private async Task UnderLoadAsync(Func<Task> act)
    {
        var key = await MakeAsync();
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var http = nodes.Nginx.NewClient();
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                using var request = client switch
                {
                    0 or 1 => Signed(key, HttpMethod.Get, "/v1/whoami", body: null),
                    2 or 3 => Signed(key, HttpMethod.Post, "/v1/leads", $$"""{"name":"Rui {{client}} {{i}}","phone":"1"}"""),
                    _ => Managed(HttpMethod.Patch, $"/v1/api-keys/{key.Id}", new { notes = string.Create(CultureInfo.InvariantCulture, $"edit {i}") }),
                };
                var what = $"{request.Method} {request.RequestUri}";
                using var answer = await http.SendAsync(request);
                Interlocked.Increment(ref answered);
                if (!answer.IsSuccessStatusCode)
                {
                    failures.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {(int)answer.StatusCode}"));
                }
            }
        })).ToList();
        try
        {
            await AnsweredAsync(200);
            await act();
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(clients);
    }

    private async Task<(string ApiKey, string Secret, string Id)> MakeAsync()
    {
        using var http = nodes.Nginx.NewClient();
        using var request = Managed(HttpMethod.Post, "/v1/api-keys", new { name = "load", rate_limit = 1_000_000, single_use = true });
        using var answer = await http.SendAsync(request);
        var made = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
        return (made.GetProperty("api_key").GetString()!, made.GetProperty("api_key_secret").GetString()!, made.GetProperty("id").GetString()!);
    }

    private static HttpRequestMessage Managed(HttpMethod method, string target, object body)
    {
        var request = new HttpRequestMessage(method, target) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", KeyHouse.Acme);
        return request;
    }

    private static HttpRequestMessage Signed((string ApiKey, string Secret, string Id) key, HttpMethod method, string target, string? body)
    {
        var request = new HttpRequestMessage(method, target) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(
            key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), method.Method, target, Encoding.UTF8.GetBytes(body ?? "")));
        return request;
    }
}
