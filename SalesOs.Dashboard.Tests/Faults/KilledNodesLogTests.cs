using System.Diagnostics;
using System.Globalization;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Persistence;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// Guarantees N1 and N3 on several nodes: four writers on each of three nodes act on one tenant and keep their own ledger, while random nodes are killed with -9 and started again. What was
/// acknowledged is there with its audit entry, what was not is whole or absent, and the log is one contiguous chain.
/// </summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class KilledNodesLogTests
{
    private const int Writers = 4;

    /// <summary>Of each writer.</summary>
    private static readonly int Acts = FaultRun.Number("FAULTS_ACTS", FaultRun.Full ? 2000 : 40);

    private readonly Ledger ledger = new(FaultRun.Seed, clients: 0);
    private readonly bool[] isUp = [true, true, true];
    private int begun;
    private int kills;
    private long killedAt;

    [Fact]
    public async Task Kill_OfRandomNodesUnderWrites_LosesNothingAcknowledgedAndLeavesOneWholeChain()
    {
        await using var nodes = await NodeProcesses.StartAsync(["--Oidc:Authority=http://127.0.0.1:1", "--Redis:PatienceMilliseconds=5000"]);
        var writing = Task.WhenAll(Enumerable.Range(0, NodeProcesses.Count * Writers).Select(writer => Task.Run(() => WriteAsync(nodes, writer % NodeProcesses.Count))));
        await Task.WhenAll(Enumerable.Range(0, NodeProcesses.Count).Select(node => Task.Run(() => KillAsync(nodes, node, writing))));
        await writing;
        using (var http = nodes.NewClient(0))
        {
            (await NodeRequests.ShouldHaveWholeLogAsync(http, LedgerClient.Tenant)).ShouldBeGreaterThanOrEqualTo(ledger.Clients.Sum(client => client.Keys.Sum(key => key.Actions.Count)));
        }

        for (var node = 0; node < NodeProcesses.Count; node++)
        {
            (await nodes.TerminateAsync(node)).ShouldBe(0);
        }

        await using var stored = StoredData.OpenPostgres(nodes.Connection, nodes.MasterKeyFile);
        await ledger.CompareAsync(stored, killedAt);
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"kill -9 of random nodes of three: seed {FaultRun.Seed}, {kills} kills, {NodeProcesses.Count * Writers} writers on one tenant, {ledger.Acknowledged} acts acknowledged and there, "
            + $"{ledger.Unanswered.Open} not answered of which {ledger.Unanswered.Whole} are there whole and none by half; one chain, whole by the offline verifier"));
        kills.ShouldBe(FaultRun.Kills);
    }

    /// <summary>Acts on one node, as somebody new each time the node was killed, until the share is done and all kills are.</summary>
    private async Task WriteAsync(NodeProcesses nodes, int node)
    {
        var done = 0;
        while (done < Acts || Volatile.Read(ref kills) < FaultRun.Kills)
        {
            if (!Volatile.Read(ref isUp[node]))
            {
                await Task.Delay(10);
                continue;
            }

            var writer = ledger.Add();
            await writer.RunAsync(nodes.Addresses[node], () => done + writer.Acknowledged < Acts || Volatile.Read(ref kills) < FaultRun.Kills);
            done += writer.Acknowledged;
        }
    }

    private async Task KillAsync(NodeProcesses nodes, int node, Task writing)
    {
        var random = new Random(FaultRun.Seed + node);
        while (Interlocked.Increment(ref begun) <= FaultRun.Kills)
        {
            var until = ledger.Acknowledged + random.Next(1, 120);
            while (ledger.Acknowledged < until && !writing.IsFaulted)
            {
                await Task.Delay(5);
            }

            Interlocked.Exchange(ref killedAt, Stopwatch.GetTimestamp());
            Volatile.Write(ref isUp[node], false);
            await nodes.KillAsync(node);
            await nodes.BeginAsync(node);
            Volatile.Write(ref isUp[node], true);
            Interlocked.Increment(ref kills);
        }
    }
}
