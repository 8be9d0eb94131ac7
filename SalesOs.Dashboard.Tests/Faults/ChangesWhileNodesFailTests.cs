using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// Three nodes as processes of their own, callers on each without pause, and keys that are revoked, edited and paused one after the other, while one node after the other is
/// held, cut off from PostgreSQL, cut off from Redis, or killed, and for a while none is. From a change's answer on it holds on every node, also on one that goes on later.
/// </summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class ChangesWhileNodesFailTests : IAsyncLifetime
{
    private const int Callers = 9;

    private static readonly int Changes = FaultRun.Number("FAULTS_CHANGES", FaultRun.Full ? 1000 : 60);

    /// <summary>How long each fault lasts at least.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(FaultRun.Full ? 5 : 2);

    private readonly ConcurrentBag<string> wrong = [];
    private readonly TaskCompletionSource[] inUse = [.. Enumerable.Range(0, Changes).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private NodeProcesses nodes = null!;
    private HeldKey[] keys = [];
    private HeldKey spared = null!;
    private int current;
    private int begun;
    private int changed;
    private int failing = -1;
    private int letIn;
    private int late;
    private int away;
    private int unanswered;

    private enum Fault
    {
        Held,
        WithoutPostgres,
        PostgresHangs,
        WithoutRedis,
        RedisHangs,

        /// <summary>All nodes are well, and warm: none of them was begun just now.</summary>
        None,

        Killed,
    }

    public async ValueTask InitializeAsync()
    {
        nodes = await NodeProcesses.StartAsync(["--Oidc:Authority=http://127.0.0.1:1"], relayed: true);
        using var maker = nodes.NewClient(0);
        spared = await NodeRequests.MakeAsync(maker, new { name = "spared", rate_limit = 1_000_000, single_use = false });
        keys = new HeldKey[Changes];
        await Parallel.ForAsync(0, Changes, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, _) =>
        {
            using var http = nodes.NewClient(i % NodeProcesses.Count);
            keys[i] = await NodeRequests.MakeAsync(http, new { name = "changed", rate_limit = 1_000_000, single_use = false });
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (nodes is not null)
        {
            await nodes.DisposeAsync();
        }
    }

    [Fact]
    public async Task Changed_WhileNodesFail_HoldsEverywhereFromTheAnswerOn()
    {
        (Fault What, int Node)[] faults = FaultRun.Full
            ? [.. from what in Enum.GetValues<Fault>() from node in what == Fault.None ? Enumerable.Repeat(-1, 6) : Enumerable.Range(0, NodeProcesses.Count) select (what, node)]
            : [.. Enum.GetValues<Fault>().Select((what, i) => (what, what == Fault.None ? -1 : i % NodeProcesses.Count))];
        var (took, well, slowest, random) = (new List<double>(), new List<double>(), (Took: TimeSpan.Zero, After: Fault.Held), new Random(FaultRun.Seed));
        var start = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller, over.Token))).ToList();
        try
        {
            for (var f = 0; f < faults.Length; f++)
            {
                var (what, node) = faults[f];
                Volatile.Write(ref failing, node);
                await BeginAsync(what, node);
                var began = Stopwatch.GetTimestamp();
                for (var i = Changes * f / faults.Length; i < Changes * (f + 1) / faults.Length; i++)
                {
                    (what == Fault.None ? well : took).Add(await ChangeAsync(i, random, callers));
                }

                if (what == Fault.None)
                {
                    continue;
                }

                await Task.Delay(Lasts > Stopwatch.GetElapsedTime(began) ? Lasts - Stopwatch.GetElapsedTime(began) : TimeSpan.Zero);
                await EndAsync(what, node);
                var recovered = await BackAsync(node);
                slowest = recovered > slowest.Took ? (recovered, what) : slowest;
                Volatile.Write(ref failing, -1);
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(callers);
        var requests = (letIn + late + away + unanswered) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        wrong.ShouldBeEmpty();
        for (var node = 0; node < NodeProcesses.Count; node++)
        {
            using var http = nodes.NewClient(node);
            for (var i = 0; i < Changes; i++)
            {
                (await NodeRequests.TryAsync(http, Request(i)))!.Value.Status.ShouldBe(Refused(i), $"key {i} on node {node}");
            }
        }

        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"{Changes} revokes, edits and pauses while nodes were held, cut off and killed {faults.Count(fault => fault.What != Fault.None)} times (seed {FaultRun.Seed}): {letIn} let in before, {late} refused that began after the answer and none let in, "
            + $"{away} answered 503 with Retry-After, {unanswered} unanswered, {requests:0} a second; a change took {Times(well)} while no node failed, {Times(took)} while one did; a node was back {slowest.Took.TotalMilliseconds:0} ms after its fault at the latest ({slowest.After})"));
        late.ShouldBeGreaterThan(Changes);
        // Timed in the full run, where nothing else runs.
        slowest.Took.ShouldBeLessThan(TimeSpan.FromSeconds(FaultRun.Full ? 5 : 20));
    }

    private static string Times(List<double> milliseconds)
    {
        milliseconds.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds[milliseconds.Count / 2]:0} ms at the median and {milliseconds[milliseconds.Count * 99 / 100]:0} ms at the 99th percentile ({milliseconds.Count})");
    }

    private static int Refused(int key) => (key % 3) switch { 0 => 401, _ => 403 };

    private HttpRequestMessage Request(int key) => NodeRequests.Signed(keys[key], HttpMethod.Get, key % 3 == 1 ? "/v1/leads/none" : "/v1/whoami");

    private HttpRequestMessage Change(int key) => (key % 3) switch
    {
        0 => NodeRequests.Managed(HttpMethod.Post, $"/v1/api-keys/{keys[key].Id}/revoke"),
        1 => NodeRequests.Managed(HttpMethod.Patch, $"/v1/api-keys/{keys[key].Id}", new { scopes = new[] { "default:sync" } }),
        _ => NodeRequests.Managed(HttpMethod.Post, $"/v1/api-keys/{keys[key].Id}/pause", new { }),
    };

    private async Task CallAsync(int caller, CancellationToken over)
    {
        var (random, node) = (new Random(caller), caller % NodeProcesses.Count);
        using var http = nodes.NewClient(node);
        while (!over.IsCancellationRequested)
        {
            // Mostly the key whose turn it is, else one that has just had it.
            var i = Math.Max(0, Volatile.Read(ref current) - (random.Next(3) == 0 ? random.Next(1, 6) : 0));
            var mustBeRefused = i < Volatile.Read(ref changed);
            if (await NodeRequests.TryAsync(http, Request(i), CancellationToken.None) is not { } answer)
            {
                Interlocked.Increment(ref unanswered);
                await Task.Delay(20, CancellationToken.None);
                continue;
            }

            if (answer.IsAway)
            {
                Interlocked.Increment(ref away);
                await Task.Delay(5, CancellationToken.None);
                continue;
            }

            var isRefused = answer.Status == Refused(i);
            if (!isRefused && answer.Status is not (200 or 404))
            {
                wrong.Add($"key {i} was answered {answer.Status} by node {node}");
            }
            else if (!isRefused && mustBeRefused)
            {
                wrong.Add($"key {i} was let in by node {node} though the request began after its change was answered");
            }
            else if (isRefused && i >= Volatile.Read(ref begun))
            {
                wrong.Add($"key {i} was refused by node {node} before its change");
            }

            Interlocked.Add(ref letIn, isRefused ? 0 : 1);
            Interlocked.Add(ref late, isRefused && mustBeRefused ? 1 : 0);
            inUse[i].TrySetResult();
            await Task.Delay(FaultRun.Pause, CancellationToken.None);
        }
    }

    /// <summary>Changes a key that is in use, on a node by chance, and on another where that one does not acknowledge it.</summary>
    /// <returns>Milliseconds of the call that did.</returns>
    private async Task<double> ChangeAsync(int key, Random random, IEnumerable<Task> callers)
    {
        Volatile.Write(ref current, key);
        await Task.WhenAny(inUse[key].Task, Task.WhenAny(callers));
        Volatile.Write(ref begun, key + 1);
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var bad = Volatile.Read(ref failing);
            // Now and then on the node that fails, which may do it long after it was asked.
            var node = bad < 0 ? random.Next(NodeProcesses.Count)
                : random.Next(20) == 0 ? bad
                : (bad + random.Next(1, NodeProcesses.Count)) % NodeProcesses.Count;
            using var http = nodes.NewClient(node);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(node == bad ? 1 : 20));
            var asked = Stopwatch.GetTimestamp();
            var answer = await NodeRequests.TryAsync(http, Change(key), patience.Token);
            if (answer?.Status == 200)
            {
                Volatile.Write(ref changed, key + 1);
                return Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
            }

            (answer?.IsAway ?? node == bad).ShouldBeTrue($"change {key} on node {node}: {answer}");
            Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60);
        }
    }

    private async Task BeginAsync(Fault what, int node)
    {
        switch (what)
        {
            case Fault.Held:
                await nodes.HoldAsync(node);
                break;
            case Fault.WithoutPostgres:
                nodes.ToPostgres[node].Cut();
                break;
            case Fault.PostgresHangs:
                nodes.ToPostgres[node].Hang();
                break;
            case Fault.WithoutRedis:
                nodes.ToRedis[node].Cut();
                break;
            case Fault.RedisHangs:
                nodes.ToRedis[node].Hang();
                break;
            case Fault.Killed:
                await nodes.KillAsync(node);
                break;
        }
    }

    private async Task EndAsync(Fault what, int node)
    {
        switch (what)
        {
            case Fault.Held:
                await nodes.GoOnAsync(node);
                break;
            case Fault.WithoutPostgres or Fault.PostgresHangs:
                nodes.ToPostgres[node].Mend();
                break;
            case Fault.WithoutRedis or Fault.RedisHangs:
                nodes.ToRedis[node].Mend();
                break;
            case Fault.Killed:
                await nodes.BeginAsync(node);
                break;
        }
    }

    /// <returns>How long it took until the node let in what is good and acknowledged a change.</returns>
    private async Task<TimeSpan> BackAsync(int node)
    {
        var began = Stopwatch.GetTimestamp();
        using var http = nodes.NewClient(node);
        while ((await NodeRequests.TryAsync(http, NodeRequests.Signed(spared, HttpMethod.Get, "/v1/whoami")))?.Status != 200
            || (await NodeRequests.TryAsync(http, NodeRequests.Managed(HttpMethod.Patch, $"/v1/api-keys/{spared.Id}", new { notes = Guid.NewGuid().ToString() })))?.Status != 200)
        {
            Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60, $"node {node} comes back by itself");
            await Task.Delay(20);
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
