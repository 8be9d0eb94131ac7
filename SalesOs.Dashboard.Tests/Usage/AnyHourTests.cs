using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Usage;

/// <summary>The rate limit before many clients that come at random, over hours of the set clock and several runs of the program.</summary>
[Trait("Speed", "Slow")]
public sealed class AnyHourTests : IDisposable
{
    private const int Seed = 20261122;
    private const int Limit = 120;
    private const int Clients = 16;
    private const int Runs = 4;
    private const int RoundsPerRun = 30;

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly ConcurrentBag<Call> calls = [];

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Limit_SixteenClientsAtRandom_IsPassedInNo3600Seconds()
    {
        var random = new Random(Seed);
        CreatedKey? key = null;
        for (var run = 0; run < Runs; run++)
        {
            // Nothing but what the record holds goes from one run to the next.
            await using var dashboard = await RunningDashboard.StartAsync(clock, directory: directory);
            key ??= (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("any hour", RateLimit: Limit), KeyHouse.Admin())).Value!;
            for (var round = 0; round < RoundsPerRun; round++)
            {
                // Now and then a long silence, mostly a short one.
                clock.Advance(TimeSpan.FromMilliseconds(random.Next(8) == 0 ? random.Next(900_000) : random.Next(40_000)));
                var seeds = Enumerable.Range(0, Clients).Select(_ => random.Next()).ToList();
                // The clock goes on while they call.
                var ticks = Task.Run(() => TickAsync(random.Next(5)));
                await Task.WhenAll(seeds.Select(seed => CallAsync(dashboard, key, new Random(seed).Next(4))));
                await ticks;
            }
        }

        var letIn = calls.Where(c => c.LetIn).OrderBy(c => c.Ended).ToList();
        letIn.Count.ShouldBeGreaterThan(2 * Limit);
        // Any span that is passed is passed in one that begins with a request.
        letIn.Max(first => letIn.Count(c => c.Began >= first.Began && c.Ended < first.Began + 3_600_000)).ShouldBe(Limit, $"seed {Seed}");

        var refused = calls.Where(c => !c.LetIn).ToList();
        refused.Count.ShouldBeGreaterThan(100);
        // At most 60 s stricter than an exact hour.
        refused.Min(r => letIn.Count(c => c.Ended > r.Began - 3_660_000 && c.Began <= r.Ended)).ShouldBeGreaterThanOrEqualTo(Limit, $"seed {Seed}");
    }

    private async Task TickAsync(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(300));
            await Task.Yield();
        }
    }

    private async Task CallAsync(RunningDashboard dashboard, CreatedKey key, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var began = clock.GetUtcNow();
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
            request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, began.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
            using var answer = await dashboard.Client.SendAsync(request);
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
            calls.Add(new Call(began.ToUnixTimeMilliseconds(), clock.GetUtcNow().ToUnixTimeMilliseconds(), answer.StatusCode == HttpStatusCode.OK));
        }
    }

    /// <summary>When it was decided lies between the two, in Unix milliseconds of the set clock.</summary>
    private sealed record Call(long Began, long Ended, bool LetIn);
}
