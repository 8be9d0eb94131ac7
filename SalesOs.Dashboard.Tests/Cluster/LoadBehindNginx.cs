using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SalesOs.Dashboard.Tests.Faults;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Signed reads, signed writes with signatures that are good once, and edits by the management API, through the load balancer, without a pause unless <c>FAULTS_PAUSE</c> sets one.</summary>
internal sealed class LoadBehindNginx(NodesBehindNginx nodes)
{
    /// <summary>Each has one request under way at a time.</summary>
    public const int Clients = 5;

    private int answered;
    private int letIn;
    private int edited;

    /// <summary>What was answered otherwise than with success.</summary>
    public ConcurrentBag<string> Failures { get; } = [];

    public int Answered => Volatile.Read(ref answered);

    /// <summary>Signed requests that were let in.</summary>
    public int LetIn => Volatile.Read(ref letIn);

    /// <summary>Edits that were acknowledged.</summary>
    public int Edited => Volatile.Read(ref edited);

    /// <summary>What all of them use.</summary>
    public HeldKey Key { get; private set; } = null!;

    /// <summary>Waits until so many more requests have been answered.</summary>
    public async Task AnsweredAsync(int more)
    {
        var (until, began) = (Answered + more, Stopwatch.GetTimestamp());
        while (Answered < until)
        {
            Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60, "nobody answers any more");
            await Task.Delay(10);
        }
    }

    /// <summary>Acts while the clients call.</summary>
    public async Task RunAsync(Func<Task> act)
    {
        using var maker = nodes.Nginx.NewClient();
        Key = await NodeRequests.MakeAsync(maker, new { name = "load", rate_limit = 1_000_000, single_use = true });
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(() => CallAsync(client, over.Token))).ToList();
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

    private async Task CallAsync(int client, CancellationToken over)
    {
        using var http = nodes.Nginx.NewClient();
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            using var request = client switch
            {
                0 or 1 => NodeRequests.Signed(Key, HttpMethod.Get, "/v1/whoami"),
                2 or 3 => NodeRequests.Signed(Key, HttpMethod.Post, "/v1/leads", $$"""{"name":"Rui {{client}} {{i}}","phone":"1"}"""),
                _ => NodeRequests.Managed(HttpMethod.Patch, $"/v1/api-keys/{Key.Id}", new { notes = string.Create(CultureInfo.InvariantCulture, $"edit {i}") }),
            };
            var what = $"{request.Method} {request.RequestUri}";
            using var answer = await http.SendAsync(request, CancellationToken.None);
            Interlocked.Increment(ref answered);
            if (!answer.IsSuccessStatusCode)
            {
                Failures.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {(int)answer.StatusCode}"));
            }
            else if (client < 4)
            {
                Interlocked.Increment(ref letIn);
            }
            else
            {
                Interlocked.Increment(ref edited);
            }

            await Task.Delay(FaultRun.Pause, CancellationToken.None);
        }
    }
}
