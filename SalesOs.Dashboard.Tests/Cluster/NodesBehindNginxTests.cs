using System.Globalization;
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

    private StubIssuer issuer = null!;
    private NodesBehindNginx nodes = null!;
    private LoadBehindNginx load = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await StubIssuer.StartAsync();
        nodes = await NodesBehindNginx.StartAsync($"--Oidc:Authority={issuer.Address}", "--Oidc:ClientId=dashboard", "--Oidc:ClientSecret=hush");
        load = new LoadBehindNginx(nodes);
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
        await load.RunAsync(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                for (var node = 0; node < Restarted; node++)
                {
                    before = load.Answered;
                    (await nodes.TerminateAsync(node)).ShouldBe(0);
                    await nodes.BeginAsync(node);
                    load.Answered.ShouldBeGreaterThan(before, "the others went on serving");
                    // nginx asks it again after fail_timeout.
                    await load.AnsweredAsync(300);
                    restarts++;
                }
            }
        });

        load.Failures.ShouldBeEmpty();
        FaultRun.Tell(string.Create(CultureInfo.InvariantCulture, $"{restarts} nodes restarted one after the other behind nginx under load: {load.Answered} requests answered, none failed"));
    }

    [Fact]
    [Trait("Speed", "Long")]
    public async Task ANode_KilledUnderLoad_FailsNothingButWhatWasUnderWayOnIt()
    {
        var kills = 0;
        await load.RunAsync(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var node = round % NodesBehindNginx.Count;
                await nodes.KillAsync(node);
                kills++;
                await load.AnsweredAsync(600);
                await nodes.BeginAsync(node);
                await load.AnsweredAsync(300);
            }
        });

        load.Failures.Count.ShouldBeLessThanOrEqualTo(kills * LoadBehindNginx.Clients, string.Join('\n', load.Failures));
        load.Failures.ShouldAllBe(failure => failure.EndsWith(" 502", StringComparison.Ordinal));
        FaultRun.Tell(string.Create(CultureInfo.InvariantCulture, $"{kills} nodes killed behind nginx under load: {load.Answered} requests answered, {load.Failures.Count} failed"));
    }
}
