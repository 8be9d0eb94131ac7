using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage.Revocations;

/// <summary>A revocation that the gate does not heed does not stay hidden: it must not happen, and if it does, it is told.</summary>
public class UntoldRingTests(ReceiptDashboard house) : IClassFixture<ReceiptDashboard>
{
    [Fact]
    public async Task Probe_OfARevokeThatDidNotReachTheRing_IsLetInAndSaidSoInTheLogAndOnTheReceipt()
    {
        var key = await house.MakeAsync();
        await house.RevokeUntoldAsync(key);

        (await house.ProbesAsync([key.Key.Id])).ShouldHaveSingleItem().Status.ShouldBe(200);

        house.Log.All.ShouldContain(line => line.Level == LogLevel.Critical && line.Text.Contains(key.Key.Id.ToString()));
        var receipt = await house.ReceiptAsync(key);
        var node = ReceiptDashboard.DataOf(receipt).GetProperty("nodes").EnumerateArray().ShouldHaveSingleItem();
        node.GetProperty("probe").GetProperty("refused").GetBoolean().ShouldBeFalse();
        node.GetProperty("refused_since").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        ReceiptDashboard.DataOf(receipt).GetProperty("last_let_in").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "the probe is no use of the key");
        using var verifier = new Verifier();
        var (code, output, _) = await verifier.StartAsync("--receipt", verifier.Put("receipt.json", receipt));
        code.ShouldBe(0, output);
        output.ShouldContain("NOT REFUSED");
    }

    /// <summary>Refused for something else is not revoked: once that is over the key would be let in.</summary>
    [Fact]
    public async Task Probe_OfAPausedKeyWhoseRevokeDidNotReachTheRing_IsNoProof()
    {
        var key = await house.MakeAsync();
        await house.PauseAsync(key);
        await house.RevokeUntoldAsync(key);

        var probe = (await house.ProbesAsync([key.Key.Id])).ShouldHaveSingleItem();

        (probe.Status, probe.Verdict, probe.RefusedSince).ShouldBe((401, Verdict.Paused, null));
        house.Log.All.ShouldContain(line => line.Level == LogLevel.Critical && line.Text.Contains(key.Key.Id.ToString()));
        var node = ReceiptDashboard.DataOf(await house.ReceiptAsync(key)).GetProperty("nodes").EnumerateArray().ShouldHaveSingleItem();
        node.GetProperty("probe").GetProperty("refused").GetBoolean().ShouldBeFalse();
    }

    /// <summary>A revoke is in the database a moment before it is in the ring: within it there is nothing to complain of.</summary>
    [Fact]
    public async Task Probe_OfARevokeThatIsAboutToReachTheRing_WaitsForIt()
    {
        var key = await house.MakeAsync();
        var before = house.Log.All.Count(line => line.Level == LogLevel.Critical);
        await house.RevokeUntoldAsync(key);

        var probing = house.ProbesAsync([key.Key.Id]);
        await Task.Delay(100);
        await house.TellRingAsync(key);

        (await probing).ShouldHaveSingleItem().Status.ShouldBe(401);
        house.Log.All.Count(line => line.Level == LogLevel.Critical).ShouldBe(before);
    }
}
