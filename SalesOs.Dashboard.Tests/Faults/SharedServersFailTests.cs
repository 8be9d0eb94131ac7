using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// What three nodes share goes away under load: Redis restarted, emptied, hung, stopped; PostgreSQL restarted and stopped. A ledger outside knows what may be let in: nothing is
/// that must not be, what is refused meanwhile is 503 with <c>Retry-After</c>, and it comes back by itself.
/// </summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class SharedServersFailTests
{
    /// <summary>Short, so that writes under single use are let in again soon after Redis has lost its memory.</summary>
    private const int Window = 2;

    private static readonly string[] Settings = ["--Oidc:Authority=http://127.0.0.1:1", $"--Gate:WindowSeconds={Window}"];

    /// <summary>For how long what is stopped for a minute is stopped.</summary>
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(FaultRun.Full ? 60 : 3);

    private readonly ConcurrentBag<string> wrong = [];
    private int away;

    private enum Fault
    {
        Restarted,
        Emptied,
        ScriptsForgotten,
        Hung,
        Stopped,
        Slept,
    }

    [Fact]
    public async Task Redis_FailingUnderLoad_LetsNothingInThatMustNotBeAndComesBack()
    {
        var rounds = FaultRun.Number("FAULTS_REDIS", FaultRun.Full ? 100 : 6);
        await using var nodes = await NodeProcesses.StartAsync(Settings);
        // It is used up after about two thirds of the run.
        var limit = 20 * rounds;
        var (open, limited, once) = (await MakeAsync(nodes), await MakeAsync(nodes, limit), await MakeAsync(nodes, singleUse: true));
        var ledger = new GateLedger(nodes, wrong);
        var spare = new ConcurrentQueue<HeldKey>();
        await Parallel.ForAsync(0, rounds * 4, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (_, _) => spare.Enqueue(await MakeAsync(nodes)));
        using var over = new CancellationTokenSource();
        List<Task> load =
        [
            .. Enumerable.Range(0, NodeProcesses.Count).Select(node => Task.Run(() => ledger.ReadAsync(node, open, over.Token))),
            .. Enumerable.Range(0, 2).Select(_ => Task.Run(() => ledger.WriteOnceAsync(once, over.Token))),
            Task.Run(() => ledger.SpendAsync(limited, over.Token)),
            Task.Run(() => ledger.RevokeAsync(spare, over.Token)),
            Task.Run(() => ledger.CallRevokedAsync(over.Token)),
        ];
        var slowest = (Took: TimeSpan.Zero, After: Fault.Restarted);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var fault = (Fault)(round % Enum.GetValues<Fault>().Length);
                // Accepted within the window, so that a memory that was lost could take it once more.
                await ledger.AcceptedAsync(load);
                await FailAsync(nodes.Redis, fault, isFirst: round < Enum.GetValues<Fault>().Length);
                var took = await ledger.BackAsync(open);
                slowest = took > slowest.Took ? (took, fault) : slowest;
            }

            await ledger.AcceptedAsync(load);
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(load);
        wrong.ShouldBeEmpty();
        ledger.Spent.ShouldBeLessThanOrEqualTo(limit);
        ledger.Revoked.ShouldBeGreaterThan(rounds / 2);
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"Redis failed {rounds} times under load: {ledger.Accepted} signatures accepted, none twice of {ledger.SentAgain} sent again; {ledger.Revoked} revokes answered, {ledger.CalledRevoked} requests after them, none let in; "
            + $"{ledger.Spent} of {limit} let in by a limit; {ledger.Away} answered 503 with Retry-After; all nodes back {slowest.Took.TotalMilliseconds:0} ms after the cause was gone at the latest ({slowest.After})"));
        slowest.Took.ShouldBeLessThan(TimeSpan.FromSeconds(FaultRun.Full ? 5 : 20));
    }

    [Fact]
    public async Task Postgres_FailingUnderLoad_LosesNothingAcknowledgedAndFailsNoSignedRead()
    {
        var rounds = FaultRun.Full ? 20 : 2;
        await using var nodes = await NodeProcesses.StartAsync([.. Settings, "--Redis:PatienceMilliseconds=5000"], ownPostgres: true);
        var (read, written) = (await MakeAsync(nodes), await MakeAsync(nodes));
        var made = new ConcurrentBag<HeldKey>();
        var reads = 0;
        using var over = new CancellationTokenSource();
        List<Task> load =
        [
            .. Enumerable.Range(0, NodeProcesses.Count).Select(node => Task.Run(async () =>
            {
                using var http = nodes.NewClient(node);
                while (!over.IsCancellationRequested)
                {
                    var answer = await NodeRequests.TryAsync(http, NodeRequests.Signed(read, HttpMethod.Get, "/v1/whoami"));
                    if (answer?.Status == 200)
                    {
                        Interlocked.Increment(ref reads);
                    }
                    else
                    {
                        wrong.Add($"a signed read on node {node} that needs no database was answered {answer}");
                    }
                }
            })),
            .. Enumerable.Range(0, NodeProcesses.Count).Select(node => Task.Run(async () =>
            {
                using var http = nodes.NewClient(node);
                for (var i = 0; !over.IsCancellationRequested; i++)
                {
                    await (i % 2 == 0 ? MakeOrNotAsync(http, made) : LeadOrNotAsync(http, written, i));
                    await Task.Delay(5);
                }
            })),
        ];
        var slowest = TimeSpan.Zero;
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await Task.Delay(500);
                await nodes.Postgres.EndAsync();
                await Task.Delay(round == 0 ? Minute : TimeSpan.FromMilliseconds(200 * (round % 6)));
                await nodes.Postgres.BeginAsync();
                var took = await WritesAgainAsync(nodes);
                slowest = took > slowest ? took : slowest;
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(load);
        wrong.ShouldBeEmpty();
        using var http = nodes.NewClient(0);
        foreach (var key in made)
        {
            (await NodeRequests.TryAsync(http, NodeRequests.Managed(HttpMethod.Get, $"/v1/api-keys/{key.Id}")))!.Value.Status.ShouldBe(200, "what was acknowledged is there");
        }

        var entries = await NodeRequests.ShouldHaveWholeLogAsync(http);
        entries.ShouldBeGreaterThanOrEqualTo(made.Count);
        await NodeRequests.ShouldCountAsync(http, read, reads);
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"PostgreSQL stopped {rounds} times under load, once for {Minute.TotalSeconds:0} s: {reads} signed reads, none failed and each counted once; {made.Count} keys acknowledged, all there; {away} answered 503 with Retry-After; "
            + $"all nodes wrote again {slowest.TotalMilliseconds:0} ms after it was back at the latest"));
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(FaultRun.Full ? 5 : 20));
    }

    private static async Task FailAsync(RedisServer redis, Fault fault, bool isFirst)
    {
        switch (fault)
        {
            case Fault.Restarted:
                await redis.KillAsync();
                await redis.BeginAsync();
                break;
            case Fault.Emptied:
                (await redis.AskAsync("FLUSHALL")).ShouldStartWith("+OK");
                break;
            case Fault.ScriptsForgotten:
                (await redis.AskAsync("SCRIPT FLUSH")).ShouldStartWith("+OK");
                break;
            case Fault.Hung:
                await redis.HoldAsync();
                await Task.Delay(700);
                await redis.GoOnAsync();
                break;
            case Fault.Stopped:
                await redis.KillAsync();
                await Task.Delay(isFirst ? Minute : TimeSpan.FromMilliseconds(500));
                await redis.BeginAsync();
                break;
            case Fault.Slept:
                await redis.AskAsync("DEBUG SLEEP 0.4");
                break;
        }
    }

    private static async Task<HeldKey> MakeAsync(NodeProcesses nodes, int limit = 1_000_000, bool singleUse = false)
    {
        using var http = nodes.NewClient(0);
        return await NodeRequests.MakeAsync(http, new { name = "load", rate_limit = limit, single_use = singleUse });
    }

    private async Task MakeOrNotAsync(HttpClient http, ConcurrentBag<HeldKey> made)
    {
        using var request = NodeRequests.Managed(HttpMethod.Post, "/v1/api-keys", new { name = "acknowledged" });
        using var answer = await http.SendAsync(request);
        if (answer.IsSuccessStatusCode)
        {
            made.Add(await NodeRequests.ReadAsync(answer));
        }
        else
        {
            Note("a create", new NodeAnswer((int)answer.StatusCode, answer.Headers.RetryAfter is not null));
        }
    }

    private async Task LeadOrNotAsync(HttpClient http, HeldKey key, int number)
    {
        var answer = await NodeRequests.TryAsync(http, NodeRequests.Signed(key, HttpMethod.Post, "/v1/leads", $$"""{"name":"Rui {{number}}","phone":"1"}"""));
        if (answer?.Status != 201)
        {
            Note("a lead", answer);
        }
    }

    private void Note(string what, NodeAnswer? answer)
    {
        if (answer?.IsAway == true)
        {
            Interlocked.Increment(ref away);
        }
        else
        {
            wrong.Add($"{what} was answered {answer}");
        }
    }

    private static async Task<TimeSpan> WritesAgainAsync(NodeProcesses nodes)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, NodeProcesses.Count).Select(async node =>
        {
            using var http = nodes.NewClient(node);
            while ((await NodeRequests.TryAsync(http, NodeRequests.Managed(HttpMethod.Post, "/v1/api-keys", new { name = "again" })))?.Status != 201)
            {
                Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60, $"node {node} comes back by itself");
                await Task.Delay(20);
            }
        }));
        return Stopwatch.GetElapsedTime(began);
    }
}
