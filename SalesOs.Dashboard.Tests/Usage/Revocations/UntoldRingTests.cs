using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;

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

        house.Log.All.Where(line => line.Level == LogLevel.Critical).ShouldHaveSingleItem().Text.ShouldContain(key.Key.Id.ToString());
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
}
