using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Faults;

[Trait("Speed", "Slow")]
public sealed class StoppedProgramTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Sigterm_AfterSignedRequests_WritesTheirUsageAndExitsWithZero()
    {
        // The writer would not come round by itself within the test.
        var (program, address) = await ProgramProcess.StartAsync(directory, "--Usage:FlushSeconds=60");
        await using var stopped = program;
        var (apiKey, secret) = await MadeKeyAsync(address);
        for (var i = 0; i < 25; i++)
        {
            (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + Signed(apiKey, secret)).SendAsync(address)).Status.ShouldBe(200);
        }

        (await program.TerminateAsync()).ShouldBe(0);

        program.Errors.ShouldBeEmpty();
        program.Output.ShouldNotContain(line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal));
        await using var stored = StoredData.Open(directory);
        await using var db = stored.Database.Read("stopped");
        (await db.Set<ApiKey>().SingleAsync()).UsageCount.ShouldBe(25);
    }

    /// <summary>Eight clients go on until they are told to end their connection and find the program no longer ready, as a load balancer does.</summary>
    [Fact]
    public async Task Sigterm_UnderLoad_FailsNoRequestAndCountsEach()
    {
        var (total, slowest) = (0L, TimeSpan.Zero);
        for (var round = 0; round < (FaultRun.Full ? 20 : 1); round++)
        {
            var (letIn, took) = await StopUnderLoadAsync(total);
            total += letIn;
            slowest = took > slowest ? took : slowest;
        }

        FaultRun.Tell($"SIGTERM under load: {total} requests, none failed, each counted; slowest exit {slowest.TotalMilliseconds:0} ms");
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    /// <returns>How many requests were let in, and how long the program took from the signal to its end.</returns>
    private async Task<(long LetIn, TimeSpan Took)> StopUnderLoadAsync(long before)
    {
        var (program, address) = await ProgramProcess.StartAsync(directory);
        await using var stopped = program;
        var (apiKey, secret) = await MadeKeyAsync(address);
        var underWay = new TaskCompletionSource();
        long letIn = 0;
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var client = new HttpClient { BaseAddress = address };
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
                request.Headers.TryAddWithoutValidation("Authorization", Signed(apiKey, secret));
                using var answer = await client.SendAsync(request);
                answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
                if (Interlocked.Increment(ref letIn) == 200)
                {
                    underWay.SetResult();
                }

                if (answer.Headers.ConnectionClose == true)
                {
                    using var ready = await client.GetAsync("/health/ready");
                    ready.StatusCode.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
                    return;
                }
            }
        })).ToList();
        await Task.WhenAny(underWay.Task, Task.WhenAll(clients));

        var told = Stopwatch.GetTimestamp();
        var exit = program.TerminateAsync();
        await Task.WhenAll(clients);
        (await exit).ShouldBe(0);
        var took = Stopwatch.GetElapsedTime(told);

        program.Errors.ShouldBeEmpty();
        await using var stored = StoredData.Open(directory);
        await using var db = stored.Database.Read("stopped");
        (await db.Set<ApiKey>().SumAsync(k => k.UsageCount)).ShouldBe(before + letIn);
        return (letIn, took);
    }

    /// <summary>Told to stop before it listens, at several moments of its start.</summary>
    [Fact]
    public async Task Sigterm_WhileStarting_ExitsCleanlyAndLeavesADatabaseThatStarts()
    {
        foreach (var (round, milliseconds) in ((int, int)[])[(0, 0), (1, 100), (2, 400)])
        {
            var data = Path.Combine(directory, $"{round}");
            var started = Stopwatch.StartNew();
            await using var program = ProgramProcess.Begin(data);
            // The lock's file is the first thing that a start leaves to be seen.
            while (!File.Exists(Path.Combine(data, "salesos.db.lock")))
            {
                started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), string.Join('\n', program.Errors));
                await Task.Delay(5);
            }

            await Task.Delay(milliseconds);
            started.Restart();

            (await program.TerminateAsync()).ShouldBe(0, string.Join('\n', [.. program.Output, .. program.Errors]));

            started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            program.Errors.ShouldBeEmpty();
            await using var again = await RunningDashboard.StartAsync(directory: data);
        }
    }

    private static async Task<(string ApiKey, string Secret)> MadeKeyAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", "stopped");
        using var made = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"used","rate_limit":1000000}""", Encoding.UTF8, "application/json"));
        var key = JsonElement.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        return (key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!);
    }

    private static string Signed(string apiKey, string secret) =>
        RequestSigner.Authorization(apiKey, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
}
