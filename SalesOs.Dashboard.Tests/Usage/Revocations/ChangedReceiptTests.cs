using System.Text.Json;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;

namespace SalesOs.Dashboard.Tests.Usage.Revocations;

/// <summary>Whatever is changed in a receipt, or around it, is found without the program.</summary>
public class ChangedReceiptTests(ReceiptDashboard house) : IClassFixture<ReceiptDashboard>
{
    private const int Changes = 1000;
    private const int Seed = 20261129;

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Changes_OfAThousandKinds_AreAllFound()
    {
        var key = await house.MakeAsync("Padaria São João 🥖");
        await house.CallAsync(key);
        await house.Keys.RevokeAsync(key.Key.Id, "leaked", KeyHouse.Admin());
        await house.CallAsync(key);
        var receipt = await house.ReceiptAsync(key);
        using var verifier = new Verifier();
        var again = JsonNode.Parse(receipt)!.ToJsonString(Envelope.Json);
        (await verifier.RunAsync("--receipt", verifier.Put("untouched.json", receipt), verifier.Put("again.json", again))).ShouldAllBe(v => v.Whole);

        var random = new Random(Seed);
        var changed = Enumerable.Range(0, Changes).Select(_ => ReceiptChange.Of(random, receipt)).ToList();
        var verdicts = await verifier.RunAsync(["--receipt", .. changed.Select((c, i) => verifier.Put($"{i}.json", c.Text))]);

        changed.Select(c => c.What).Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(8);
        for (var i = 0; i < Changes; i++)
        {
            verdicts[i].Whole.ShouldBeFalse($"{i}: {changed[i].What}\n{changed[i].Text}");
            verdicts[i].Reason.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task File_ThatIsNoReceiptOrOfAnotherKey_IsNamedAsSuch()
    {
        var key = await house.MakeAsync();
        await house.Keys.RevokeAsync(key.Key.Id, reason: null, KeyHouse.Admin());
        using var verifier = new Verifier();
        verifier.Put("receipt.json", await house.ReceiptAsync(key));
        await using var other = await KeyHouse.OpenAsync();
        verifier.Put("other.pem", other.Get<SalesOs.Dashboard.Audit.AuditSigner>().PublicKeyPem);

        foreach (var none in (string[])["", "{}", """{"data":{},"meta":{}}""", "salesos"])
        {
            var (code, _, errors) = await verifier.StartAsync("--receipt", verifier.Put("none.json", none));
            (code, errors.Trim()).ShouldBe((2, "none.json is no receipt of a revocation"));
        }

        (await verifier.StartAsync("--receipt", "absent.json")).Code.ShouldBe(2);
        var foreign = (await verifier.RunAsync("--key", "other.pem", "--receipt", "receipt.json")).Single();
        foreign.Whole.ShouldBeFalse();
        foreign.Reason.ShouldNotBeNull().ShouldContain("another key");
    }
}
