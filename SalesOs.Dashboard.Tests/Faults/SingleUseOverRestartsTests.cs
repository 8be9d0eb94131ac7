using System.Collections.Concurrent;
using System.Globalization;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Each signature goes to three nodes at once while these are restarted one after the other: exactly one accepts it, and no node does so again afterwards.</summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class SingleUseOverRestartsTests
{
    private static readonly int Signatures = FaultRun.Number("FAULTS_SIGNATURES", FaultRun.Full ? 10_000 : 500);
    private static readonly int Rounds = FaultRun.Full ? 3 : 1;

    private readonly ConcurrentQueue<(string Header, string Body, long At)> accepted = new();
    private readonly ConcurrentBag<string> wrong = [];
    private int sent;
    private int sentAgain;
    private int isRestarting = 1;

    [Fact]
    public async Task Signature_SentToAllNodesWhileTheyRestart_IsAcceptedExactlyOnce()
    {
        await using var nodes = await NodeProcesses.StartAsync(["--Oidc:Authority=http://127.0.0.1:1", "--Redis:PatienceMilliseconds=5000"]);
        using var maker = nodes.NewClient(0);
        var key = await NodeRequests.MakeAsync(maker, new { name = "once", rate_limit = 1_000_000, single_use = true });
        var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(() => SendAsync(nodes, key))).ToList();
        var restarts = 0;
        for (; restarts < Rounds * NodeProcesses.Count; restarts++)
        {
            (await nodes.TerminateAsync(restarts % NodeProcesses.Count)).ShouldBe(0);
            await nodes.BeginAsync(restarts % NodeProcesses.Count);
        }

        Volatile.Write(ref isRestarting, 0);
        await Task.WhenAll(senders);
        wrong.ShouldBeEmpty();
        accepted.Count.ShouldBe(sent);
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture, $"{sent} signatures sent to three nodes at once over {restarts} restarts: each accepted exactly once; {sentAgain} sent again, none accepted"));
    }

    private async Task SendAsync(NodeProcesses nodes, HeldKey key)
    {
        var all = Enumerable.Range(0, NodeProcesses.Count).Select(nodes.NewClient).ToList();
        while (Volatile.Read(ref sent) < Signatures || Volatile.Read(ref isRestarting) == 1)
        {
            var number = Interlocked.Increment(ref sent);
            var body = string.Create(CultureInfo.InvariantCulture, $$"""{"name":"Rui {{number}}","phone":"1"}""");
            var (header, at) = (NodeRequests.Header(key, HttpMethod.Post, "/v1/leads", body), Environment.TickCount64);
            // A node that is being started takes no connection.
            var answers = await Task.WhenAll(all.Select(http => NodeRequests.TryAsync(http, NodeRequests.With(header, HttpMethod.Post, "/v1/leads", body))));
            if (answers.Count(answer => answer?.Status == 201) != 1 || answers.Any(answer => answer?.Status is not (null or 201 or 409)))
            {
                wrong.Add($"signature {number} was answered {string.Join(", ", answers)}");
            }

            accepted.Enqueue((header, body, at));
            var older = accepted.ElementAt(Math.Max(0, accepted.Count - 1 - Random.Shared.Next(400)));
            if (Environment.TickCount64 - older.At < 20_000 && await NodeRequests.TryAsync(all[Random.Shared.Next(all.Count)], NodeRequests.With(older.Header, HttpMethod.Post, "/v1/leads", older.Body)) is { } again)
            {
                Interlocked.Increment(ref sentAgain);
                if (again.Status != 409)
                {
                    wrong.Add($"{older.Body} was sent again and answered {again}");
                }
            }
        }
    }
}
