using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

/// <summary>What an auditor does with files alone: exports, a public key, and a checkpoint from earlier.</summary>
public class OfflineVerifierTests
{
    [Theory]
    [InlineData("actor", "other@example.test", "actor, address or agent")]
    [InlineData("address", "198.51.100.1", "actor, address or agent")]
    [InlineData("detail", "other", "detail")]
    [InlineData("surplus", "x", "fields")]
    public async Task Line_WhatIsOnlyShownThere_IsComparedWithWhatWasChained(string field, string value, string reason)
    {
        await using var house = await FilledAsync();
        var lines = (await AuditedHouse.ExportAsync(house)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[3] = Changed(lines[3], line => line[field] = value);
        using var verifier = new Verifier();

        var verdict = (await verifier.RunAsync(verifier.Put("export.jsonl", string.Join('\n', lines)))).Single();

        verdict.FirstBad.ShouldBe(3);
        verdict.Reason.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Csv_InPlaceOfJsonLines_IsNamedAsSuchAndNotJudged()
    {
        await using var house = await FilledAsync();
        using var verifier = new Verifier();

        var (code, output, errors) = await verifier.StartAsync(verifier.Put("audit.csv", (await AuditedHouse.ExportAsync(house, AuditFormat.Csv)).Text));

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        errors.ShouldContain("audit.csv is a CSV");
        errors.ShouldContain("format=jsonl");
    }

    [Fact]
    public async Task Line_NameThatStandsTwice_IsFound()
    {
        await using var house = await FilledAsync();
        var text = (await AuditedHouse.ExportAsync(house)).Text;
        using var verifier = new Verifier();

        var verdict = (await verifier.RunAsync(verifier.Put("export.jsonl", text.Replace("\"sequence\":4,", "\"action\":\"key.deleted\",\"sequence\":4,", StringComparison.Ordinal)))).Single();

        verdict.FirstBad.ShouldBe(4);
    }

    [Fact]
    public async Task Manifest_Changed_IsFound()
    {
        await using var house = await FilledAsync();
        var lines = (await AuditedHouse.ExportAsync(house)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var verifier = new Verifier();
        var shortened = string.Join('\n', [Changed(lines[0], m => Shorten(m, lines[5])), .. lines[1..6]]);

        var verdicts = await verifier.RunAsync(verifier.Put("shortened.jsonl", shortened), verifier.Put("without.jsonl", string.Join('\n', lines[1..])));

        verdicts.ShouldAllBe(v => !v.Whole && v.FirstBad == null && v.Reason!.Contains("manifest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Chain_RewrittenOrCutByWhoHoldsTheKey_IsFoundAgainstAnEarlierCheckpoint()
    {
        await using var house = await FilledAsync();
        using var verifier = new Verifier();
        var earlier = (await house.Get<AuditQueries>().CheckpointsAsync(1, 100, KeyHouse.Auditor())).Value!;
        verifier.Put("earlier.json", JsonSerializer.Serialize(new { data = new { tenant = earlier.Tenant, public_key = earlier.PublicKey, checkpoints = earlier.Checkpoints } }, Envelope.Json));
        var lines = (await AuditedHouse.ExportAsync(house)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rewritten = Rewritten(house, lines, from: 5);
        var cut = Signed(house, [Changed(lines[0], m => Shorten(m, lines[7])), .. lines[1..8]]);

        (await verifier.RunAsync(verifier.Put("rewritten.jsonl", rewritten), verifier.Put("cut.jsonl", cut))).ShouldAllBe(v => v.Whole, "who holds the key can sign anything");

        var verdicts = await verifier.RunAsync("--checkpoints", "earlier.json", "rewritten.jsonl", "cut.jsonl");
        verdicts.Select(v => v.FirstBad).ShouldBe([6, 8]);
    }

    [Fact]
    public async Task Chain_SignedWithAnotherKey_IsFoundByTheGivenOne()
    {
        await using var house = await FilledAsync();
        await using var other = await FilledAsync();
        using var verifier = new Verifier();
        verifier.Put("public.pem", house.Get<AuditSigner>().PublicKeyPem);
        verifier.Put("own.jsonl", (await AuditedHouse.ExportAsync(house)).Text);
        verifier.Put("other.jsonl", (await AuditedHouse.ExportAsync(other)).Text);

        (await verifier.RunAsync("--key", "public.pem", "own.jsonl", "other.jsonl")).Select(v => v.Whole).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Range_OfTheLog_VerifiesByItself()
    {
        await using var house = await FilledAsync();
        var from = house.Clock.GetUtcNow().AddHours(-1);
        var (manifest, text) = await AuditedHouse.ExportAsync(house, filter: new AuditFilter(From: from));
        using var verifier = new Verifier();

        manifest.Proves.ShouldBe(AuditProof.Chain);
        (manifest.First, manifest.Last, manifest.Count).ShouldBe((7, 9, 3));
        (await verifier.RunAsync(verifier.Put("range.jsonl", text))).Single().ShouldBe(new OfflineVerdict(Whole: true, 3, FirstBad: null, Reason: null));
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        (await verifier.RunAsync(verifier.Put("less.jsonl", lines[0] + "\n" + lines[2]))).Single().FirstBad.ShouldBe(7);
    }

    [Fact]
    public async Task Chosen_Entries_VerifyEachAndSayWhatTheyDoNotProve()
    {
        await using var house = await FilledAsync();
        var key = (await house.MakeAsync()).Key.Id;
        await house.Keys.RevokeAsync(key, reason: null, KeyHouse.Admin());
        var (manifest, text) = await AuditedHouse.ExportAsync(house, filter: new AuditFilter(KeyId: key));
        using var verifier = new Verifier();

        manifest.Proves.ShouldBe(AuditProof.Entries);
        manifest.Count.ShouldBe(2);
        var (code, output, _) = await verifier.StartAsync(verifier.Put("chosen.jsonl", text));
        code.ShouldBe(0);
        output.ShouldContain("each holds for itself");
        (await verifier.RunAsync(verifier.Put("edited.jsonl", text.Replace("key.revoked", "key.deleted", StringComparison.Ordinal)))).Single().Whole.ShouldBeFalse();
    }

    [Fact]
    public async Task Verifier_WithoutAReadableFile_ExitsWith2()
    {
        using var verifier = new Verifier();

        (await verifier.StartAsync("absent.jsonl")).Code.ShouldBe(2);
        (await verifier.StartAsync()).Code.ShouldBe(2);
        (await verifier.RunAsync(verifier.Put("empty.jsonl", ""))).Single().Whole.ShouldBeFalse();
    }

    /// <summary>Nine entries, checkpoints at 3, 6 and 9.</summary>
    private static async Task<KeyHouse> FilledAsync()
    {
        var house = await KeyHouse.OpenAsync();
        await AuditedHouse.FillAsync(house, hours: 3, keysAnHour: 3);
        await house.Get<AuditKeeper>().SignHoursAsync();
        return house;
    }

    private static string Changed(string line, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        change(json);
        return json.ToJsonString(Envelope.Json);
    }

    private static void Shorten(JsonObject line, string last)
    {
        var manifest = line["manifest"]!.AsObject();
        var entry = JsonNode.Parse(last)!;
        manifest["last"] = (long)entry["sequence"]!;
        manifest["count"] = (long)entry["sequence"]!;
        manifest["last_hash"] = (string)entry["hash"]!;
        manifest["checkpoints"] = new JsonArray([.. manifest["checkpoints"]!.AsArray().Where(c => (long)c!["sequence"]! <= (long)entry["sequence"]!).Select(c => c!.DeepClone())]);
    }

    private static string Rewritten(KeyHouse house, string[] lines, int from)
    {
        var left = lines[1..].Select(l => JsonNode.Parse(l)!.AsObject()).ToList();
        var canonical = JsonNode.Parse((string)left[from - 1]["canonical"]!)!.AsObject();
        canonical["detail"]!["name"] = "rewritten";
        left[from - 1]["canonical"] = canonical.ToJsonString();
        left[from - 1]["detail"] = canonical["detail"]!.DeepClone();
        var previous = (string)left[from - 1]["previous_hash"]!;
        foreach (var line in left.Skip(from - 1))
        {
            line["previous_hash"] = previous;
            line["hash"] = previous = Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(previous), .. Encoding.UTF8.GetBytes((string)line["canonical"]!)]));
        }

        return Signed(house, [
            Changed(lines[0], m =>
            {
                m["manifest"]!["last_hash"] = previous;
                m["manifest"]!["checkpoints"] = new JsonArray();
            }),
            .. left.Select(l => l.ToJsonString(Envelope.Json)),
        ]);
    }

    /// <summary>The same lines under a manifest that this house's key has signed.</summary>
    private static string Signed(KeyHouse house, string[] lines)
    {
        var manifest = JsonSerializer.Deserialize<ManifestLine>(lines[0], Envelope.Json)!.Manifest;
        manifest = manifest with { Signature = Convert.ToHexStringLower(house.Get<AuditSigner>().Sign(manifest.SignedText())) };
        return string.Join('\n', [Encoding.UTF8.GetString(AuditExport.ManifestFile(manifest)), .. lines[1..]]);
    }
}
