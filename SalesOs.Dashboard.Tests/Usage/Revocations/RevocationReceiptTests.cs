using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Tests.Usage.Revocations;

/// <summary>What the program says of a revocation can be believed by somebody who has nothing but the file and the public key.</summary>
public class RevocationReceiptTests(ReceiptDashboard house) : IClassFixture<ReceiptDashboard>
{
    [Fact]
    public async Task Receipt_OfARevokedKey_VerifiesOfflineAndGoesOnCountingAttempts()
    {
        var key = await house.MakeAsync();
        var letIn = await house.CallAsync(key);
        letIn.Status.ShouldBe(200);
        (await house.Keys.RevokeAsync(key.Key.Id, "leaked", KeyHouse.Admin())).Done.ShouldBeTrue();
        using var verifier = new Verifier();
        verifier.Put("public.pem", house.PublicKey);

        var first = await house.ReceiptAsync(key);

        (await verifier.RunAsync("--key", "public.pem", "--receipt", verifier.Put("first.json", first))).Single().Whole.ShouldBeTrue();
        var said = ReceiptDashboard.DataOf(first);
        var node = said.GetProperty("nodes").EnumerateArray().ShouldHaveSingleItem();
        var probe = node.GetProperty("probe");
        (probe.GetProperty("refused").GetBoolean(), probe.GetProperty("status").GetInt32(), probe.GetProperty("outcome").GetString()).ShouldBe((true, 401, "revoked"));
        node.GetProperty("refused_since").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(said.GetProperty("revoked_at").GetDateTimeOffset());
        said.GetProperty("last_let_in").GetProperty("request_id").GetString().ShouldBe(letIn["X-Request-Id"]);
        said.GetProperty("last_let_in").GetProperty("address").GetString().ShouldBe("127.0.0.1");
        var entry = (await house.Dashboard.Services.GetRequiredService<SalesOs.Dashboard.Audit.AuditQueries>().ListAsync(
            new SalesOs.Dashboard.Audit.AuditFilter(Action: "key.revoked", KeyId: key.Key.Id), KeyHouse.Auditor())).Value!.Entries.ShouldHaveSingleItem();
        (said.GetProperty("audit_entry").GetProperty("sequence").GetInt64(), said.GetProperty("audit_entry").GetProperty("hash").GetString()).ShouldBe((entry.Sequence, entry.Hash));
        said.GetProperty("attempts_since").GetProperty("count").GetInt64().ShouldBe(0, "the probe is nobody's attempt");

        // A mark that somebody made up, or heard, hides nothing.
        (await house.CallAsync(key)).Status.ShouldBe(401);
        var last = await house.CallAsync(key, OwnProbes.Header + ": 00112233445566778899aabbccddeeff");
        last.Status.ShouldBe(401);
        var second = await house.ReceiptAsync(key);

        var since = ReceiptDashboard.DataOf(second).GetProperty("attempts_since");
        since.GetProperty("count").GetInt64().ShouldBe(2);
        since.GetProperty("last").GetProperty("request_id").GetString().ShouldBe(last["X-Request-Id"]);
        ReceiptDashboard.DataOf(second).GetProperty("nodes").GetRawText().ShouldBe(said.GetProperty("nodes").GetRawText(), "it is probed once");
        var (code, output, _) = await verifier.StartAsync("--key", "public.pem", "--receipt", verifier.Put("second.json", second));
        code.ShouldBe(0, output);
        output.ShouldContain("attempts since: 2");
        house.Log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task Probe_AfterOneAndAfterManyAreRevoked_IsMadeByItselfAndCountedNowhere()
    {
        var keys = new List<CreatedKey>();
        for (var i = 0; i < 120; i++)
        {
            keys.Add(await house.MakeAsync($"bulk {i}"));
        }

        (await house.Keys.RevokeAsync(keys[0].Key.Id, reason: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        var ids = keys.Select(k => k.Key.Id).ToList();
        (await house.Dashboard.Services.GetRequiredService<BulkRevocation>().RevokeAsync(KeySelection.Of(ids), "leaked", KeyHouse.Admin())).Value!.Keys.Count.ShouldBe(119);

        var probes = await house.ProbesAsync(ids);

        probes.ShouldAllBe(p => p.Status == 401 && p.Verdict == Verdict.Revoked && p.RefusedSince <= p.At && p.Node == house.Dashboard.Services.GetRequiredService<RevocationProber>().Node);
        (await house.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        var rejections = await house.Dashboard.Services.GetRequiredService<RejectionQuery>().ListAsync(ids[5], 1, 10, proven: null, KeyHouse.Auditor());
        rejections.Value!.Total.ShouldBe(0);
        (await house.Dashboard.Services.GetRequiredService<RevocationReceipts>().FactsAsync(ids[5], KeyHouse.Auditor())).Value!.AttemptsSince.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Receipt_OfAKeyThatIsNotRevoked_IsNone()
    {
        var key = await house.MakeAsync();
        var receipts = house.Dashboard.Services.GetRequiredService<RevocationReceipts>();

        (await receipts.IssueAsync(key.Key.Id, "r", KeyHouse.Auditor())).Error!.Reason.ShouldBe(ErrorReason.NotRevoked);
        (await receipts.IssueAsync(key.Key.Id, "r", KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await receipts.IssueAsync(key.Key.Id, "r", KeyHouse.Manager())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
    }

    [Fact]
    public void Mark_OfAProbe_IsGoodOnceAndForItsKeyAlone()
    {
        var probes = new OwnProbes();
        var (key, other) = (RingKeyOf(Guid.NewGuid()), RingKeyOf(Guid.NewGuid()));
        var probe = probes.Begin(key.Id);
        var marked = new HeaderDictionary { [OwnProbes.Header] = probe.Mark };

        probes.Takes(marked, other, Verdict.Revoked).ShouldBeFalse();
        probes.Takes(marked, key: null, Verdict.UnknownKey).ShouldBeFalse();
        probes.Takes(new HeaderDictionary(), key, Verdict.Revoked).ShouldBeFalse();
        probes.Takes(marked, key, Verdict.Revoked).ShouldBeTrue();
        probe.Verdict.ShouldBe(Verdict.Revoked);
        probes.Takes(marked, key, Verdict.Revoked).ShouldBeFalse();
        var late = probes.Begin(key.Id);
        probes.End(late);
        probes.Takes(new HeaderDictionary { [OwnProbes.Header] = late.Mark }, key, Verdict.Revoked).ShouldBeFalse();
    }

    private static RingKey RingKeyOf(Guid id) => new(SalesOs.Dashboard.Signing.CredentialFormat.NewApiKey(test: false), new byte[32])
    {
        Ordinal = 0,
        Id = id,
        Version = 1,
        TenantId = KeyHouse.Acme,
        Name = "",
        Scopes = [],
        RateLimit = 1,
        ExpiresAt = long.MaxValue,
        Revoked = true,
        SingleUse = false,
        AllowedIps = [],
    };
}
