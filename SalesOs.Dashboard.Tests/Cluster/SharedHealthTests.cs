using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>A node that alone has lost what nodes share is red, so that a load balancer passes it over; where all have, each says so and stays in service.</summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class SharedHealthTests(RunningNodes nodes) : IClassFixture<RunningNodes>
{
    private const string Memory = "shared_memory";
    private const string Feed = "feed";

    /// <summary>After that a node that alone is without is red.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Ready_OfANodeThatAloneIsWithoutRedis_IsDegradedAtFirstThenRedUntilItIsBack()
    {
        await using var line = new TcpRelay(nodes.Redis.Port);
        await using var alone = await nodes.StartAsync(string.Create(CultureInfo.InvariantCulture, $"--Redis:ConnectionString=127.0.0.1:{line.Port}"), "--Redis:PatienceMilliseconds=250");
        var key = await nodes.MakeAsync();
        using var client = alone.NewClient();
        (await ReadyAsync(alone, Memory)).ShouldBe((HttpStatusCode.OK, "ready"));

        line.Cut();
        await UntilAsync(alone, Memory, (HttpStatusCode.OK, "degraded"), () => RunningNodes.CallAsync(client, key));
        await UntilAsync(alone, Memory, (HttpStatusCode.ServiceUnavailable, "unavailable"));
        alone.Services.GetRequiredService<RedisMemory>().AwayFor!.Value.ShouldBeGreaterThan(Settled);
        (await ReadyAsync(nodes.All[0], Memory)).ShouldBe((HttpStatusCode.OK, "ready"));

        line.Mend();
        await UntilAsync(alone, Memory, (HttpStatusCode.OK, "ready"));
        (await RunningNodes.CallAsync(client, key)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_WhereNoNodeHasRedis_IsDegradedOnAllAndStaysInService()
    {
        var key = await nodes.MakeAsync();
        var clients = nodes.Clients();
        await nodes.Redis.KillAsync();
        try
        {
            foreach (var (node, client) in nodes.All.Zip(clients))
            {
                await UntilAsync(node, Memory, (HttpStatusCode.OK, "degraded"), () => RunningNodes.CallAsync(client, key));
            }

            // For longer than one that is alone with it stays in service.
            while (Enumerable.Range(0, 3).Any(node => nodes.Of<RedisMemory>(node).AwayFor < Settled + TimeSpan.FromSeconds(3)))
            {
                await Task.Delay(100);
            }

            foreach (var node in nodes.All)
            {
                (await ReadyAsync(node, Memory)).ShouldBe((HttpStatusCode.OK, "degraded"));
            }
        }
        finally
        {
            await nodes.Redis.BeginAsync();
        }

        foreach (var node in nodes.All)
        {
            await UntilAsync(node, Memory, (HttpStatusCode.OK, "ready"));
        }
    }

    [Fact]
    public async Task Ready_OfANodeThatAloneDoesNotHearTheOthers_IsDegradedAtFirstThenRedUntilItDoes()
    {
        await using var line = new TcpRelay((await PostgresServer.Shared).Port);
        await using var alone = await nodes.StartAsync(await nodes.ThroughAsync(line));
        await UntilAsync(alone, Feed, (HttpStatusCode.OK, "ready"));

        // The database answers it, and only the connection on which it listens can't be had.
        line.Refuses = "listening";
        await using (var db = nodes.Of<Database>(0).Read(tenantId: null))
        {
            (await db.Database.SqlQueryRaw<bool>("SELECT pg_terminate_backend(pid) AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%listening'").CountAsync()).ShouldBe(4);
        }

        await UntilAsync(alone, Feed, (HttpStatusCode.OK, "degraded"));
        await UntilAsync(alone, Feed, (HttpStatusCode.ServiceUnavailable, "unavailable"));
        (await ReadyAsync(alone, "database")).Check.ShouldBe("ready");
        await UntilAsync(nodes.All[0], Feed, (HttpStatusCode.OK, "ready"));

        line.Refuses = null;
        await UntilAsync(alone, Feed, (HttpStatusCode.OK, "ready"));
    }

    [Theory]
    [InlineData(5, HttpStatusCode.OK, "degraded")]
    [InlineData(-20, HttpStatusCode.ServiceUnavailable, "unavailable")]
    public async Task Ready_OfANodeWhoseClockIsWrong_TellsByHowMuch(int seconds, HttpStatusCode status, string check)
    {
        await using var wrong = await nodes.StartAsync(new WrongClock(TimeSpan.FromSeconds(seconds)));
        var key = await nodes.MakeAsync();
        using var client = wrong.NewClient();

        (await RunningNodes.CallAsync(client, key)).ShouldBe(HttpStatusCode.OK, "its window is wide enough");

        (await ReadyAsync(wrong, Memory)).ShouldBe((status, check));
    }

    private static async Task<(HttpStatusCode Status, string Check)> ReadyAsync(RunningDashboard node, string check)
    {
        using var client = node.NewClient();
        using var answer = await client.GetAsync("/health/ready");
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("checks").GetProperty(check).GetString()!);
    }

    /// <param name="meanwhile">Lets the node notice how it stands.</param>
    private static async Task UntilAsync(RunningDashboard node, string check, (HttpStatusCode Status, string Check) expected, Func<Task>? meanwhile = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        (HttpStatusCode, string) last;
        while ((last = await ReadyAsync(node, check)) != expected)
        {
            TimeProvider.System.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(30, $"it says {last}, not {expected}");
            await (meanwhile?.Invoke() ?? Task.Delay(50));
        }
    }

    /// <summary>Goes with the machine's, but beside it.</summary>
    private sealed class WrongClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
