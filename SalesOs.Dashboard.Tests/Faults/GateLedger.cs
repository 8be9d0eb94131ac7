using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SalesOs.Dashboard.Tests.Cluster;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>What callers of three nodes were answered, kept outside the nodes: signatures that were accepted, keys whose revoke was answered, and how often a limit was used.</summary>
/// <param name="wrong">Takes what must not have been.</param>
internal sealed class GateLedger(NodeProcesses nodes, ConcurrentBag<string> wrong)
{
    private readonly ConcurrentQueue<(string Header, string Body)> accepted = new();
    private readonly ConcurrentQueue<HeldKey> revoked = new();
    private int numbers;
    private int spent;
    private int sentAgain;
    private int calledRevoked;
    private int away;

    /// <summary>Signatures that were let in.</summary>
    public int Accepted => accepted.Count;

    public int Revoked => revoked.Count;

    /// <summary>Requests that a limit let in.</summary>
    public int Spent => Volatile.Read(ref spent);

    public int SentAgain => Volatile.Read(ref sentAgain);

    /// <summary>Requests with a key whose revoke had been answered when they began.</summary>
    public int CalledRevoked => Volatile.Read(ref calledRevoked);

    /// <summary>Answers of 503 with <c>Retry-After</c>.</summary>
    public int Away => Volatile.Read(ref away);

    public async Task ReadAsync(int node, HeldKey key, CancellationToken over)
    {
        using var http = nodes.NewClient(node);
        while (!over.IsCancellationRequested)
        {
            await SendAsync(http, NodeRequests.Signed(key, HttpMethod.Get, "/v1/whoami"), "a read", 200);
        }
    }

    /// <summary>Each signature goes to two nodes at once, and an older one to any.</summary>
    public async Task WriteOnceAsync(HeldKey key, CancellationToken over)
    {
        var all = Clients();
        while (!over.IsCancellationRequested)
        {
            var body = string.Create(CultureInfo.InvariantCulture, $$"""{"name":"Rui {{Interlocked.Increment(ref numbers)}}","phone":"1"}""");
            var header = NodeRequests.Header(key, HttpMethod.Post, "/v1/leads", body);
            var first = Random.Shared.Next(all.Count);
            // 401 is one that was on its way for longer than the window.
            var answers = await Task.WhenAll(new[] { first, (first + 1) % all.Count }.Select(node => SendAsync(all[node], Lead(header, body), "a write", 201, 409, 401)));
            if (answers.Count(status => status == 201) > 1)
            {
                wrong.Add($"a signature was accepted by two nodes: {body}");
            }
            else if (answers.Contains(201))
            {
                accepted.Enqueue((header, body));
            }

            if (accepted.Count > 20 && accepted.ElementAt(accepted.Count - 1 - Random.Shared.Next(20)) is var older)
            {
                Interlocked.Increment(ref sentAgain);
                if (await SendAsync(all[Random.Shared.Next(all.Count)], Lead(older.Header, older.Body), "a write again", 201, 409, 401) == 201)
                {
                    wrong.Add($"a signature was accepted twice: {older.Body}");
                }
            }
        }
    }

    /// <summary>Uses a limit up, slowly enough that something is left for most of the run.</summary>
    public async Task SpendAsync(HeldKey key, CancellationToken over)
    {
        var all = Clients();
        while (!over.IsCancellationRequested)
        {
            Interlocked.Add(ref spent, await SendAsync(all[Random.Shared.Next(all.Count)], NodeRequests.Signed(key, HttpMethod.Get, "/v1/whoami"), "a limited read", 200, 429) == 200 ? 1 : 0);
            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>Revokes one after the other, on any node, and each until it is acknowledged.</summary>
    public async Task RevokeAsync(ConcurrentQueue<HeldKey> spare, CancellationToken over)
    {
        var all = Clients();
        while (!over.IsCancellationRequested && spare.TryDequeue(out var key))
        {
            foreach (var http in all)
            {
                await SendAsync(http, NodeRequests.Signed(key, HttpMethod.Get, "/v1/whoami"), "a read before its revoke", 200);
            }

            while (await SendAsync(all[Random.Shared.Next(all.Count)], NodeRequests.Managed(HttpMethod.Post, $"/v1/api-keys/{key.Id}/revoke"), "a revoke", 200) != 200 && !over.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);
            }

            if (!over.IsCancellationRequested)
            {
                revoked.Enqueue(key);
            }

            await Task.Delay(600, CancellationToken.None);
        }
    }

    public async Task CallRevokedAsync(CancellationToken over)
    {
        var all = Clients();
        while (!over.IsCancellationRequested)
        {
            if (revoked.Count == 0)
            {
                await Task.Delay(20, CancellationToken.None);
                continue;
            }

            var key = revoked.ElementAt(Math.Max(0, revoked.Count - 1 - Random.Shared.Next(5)));
            Interlocked.Increment(ref calledRevoked);
            // 200 would be a yes after the revoke's answer.
            await SendAsync(all[Random.Shared.Next(all.Count)], NodeRequests.Signed(key, HttpMethod.Get, "/v1/whoami"), "a revoked key", 401);
        }
    }

    /// <summary>Waits until more signatures are accepted.</summary>
    public async Task AcceptedAsync(IReadOnlyList<Task> load)
    {
        var (until, began) = (Accepted + 3, Stopwatch.GetTimestamp());
        while (Accepted < until && !load.Any(task => task.IsFaulted))
        {
            Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60, "writes are accepted again");
            await Task.Delay(20);
        }
    }

    /// <returns>How long it took until each node let in what is good.</returns>
    public async Task<TimeSpan> BackAsync(HeldKey key)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Clients().Select(async http =>
        {
            while (await SendAsync(http, NodeRequests.Signed(key, HttpMethod.Get, "/v1/whoami"), "a read", 200) != 200)
            {
                Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60, "the nodes come back by themselves");
                await Task.Delay(10);
            }
        }));
        return Stopwatch.GetElapsedTime(began);
    }

    private static HttpRequestMessage Lead(string header, string body) => NodeRequests.With(header, HttpMethod.Post, "/v1/leads", body);

    private List<HttpClient> Clients() => [.. Enumerable.Range(0, NodeProcesses.Count).Select(nodes.NewClient)];

    /// <summary>Sends, and notes an answer that is neither one of these nor 503 with <c>Retry-After</c>.</summary>
    private async Task<int> SendAsync(HttpClient http, HttpRequestMessage request, string what, params int[] expected)
    {
        if (await NodeRequests.TryAsync(http, request) is not { } answer)
        {
            wrong.Add($"{what} was not answered");
            return 0;
        }

        if (answer.IsAway)
        {
            Interlocked.Increment(ref away);
            // Who only asks on takes the time of those that mend.
            await Task.Delay(20, CancellationToken.None);
        }
        else if (!expected.Contains(answer.Status))
        {
            wrong.Add($"{what} was answered {answer}");
        }

        return answer.Status;
    }
}
