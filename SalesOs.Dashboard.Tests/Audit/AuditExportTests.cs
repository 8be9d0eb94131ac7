using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

public class AuditExportTests
{
    [Fact]
    public async Task Export_OfManyEntries_HoldsEachOnceAndVerifiesOffline()
    {
        await using var house = await KeyHouse.OpenAsync();
        // More than a batch of the export, and more than a checkpoint's worth.
        await AuditedHouse.AppendAsync(house, 1100);

        var (manifest, text) = await AuditedHouse.ExportAsync(house);

        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => JsonElement.Parse(l).GetProperty("sequence").GetInt64()).ShouldBe(Enumerable.Range(1, 1100).Select(i => (long)i));
        (manifest.First, manifest.Last, manifest.Count, manifest.ExportEntry).ShouldBe((1, 1100, 1100, 1101));
        manifest.Checkpoints.Select(c => c.Sequence).ShouldBe([1000]);
        using var verifier = new Verifier();
        (await verifier.RunAsync(verifier.Put("export.jsonl", text))).Single().ShouldBe(new OfflineVerdict(Whole: true, 1100, FirstBad: null, Reason: null));
    }

    [Fact]
    public async Task Export_Made_IsAnEntryThatTellsWhatLeft()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        using var export = (await house.Get<AuditExporter>().BeginAsync(AuditFormat.Csv, new AuditFilter(Actor: "admin@example.test", Action: AuditActions.KeyCreated), KeyHouse.Auditor())).Value;

        var entry = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.Exported), KeyHouse.Auditor())).Value!.Entries.Single();
        entry.Sequence.ShouldBe(export!.Manifest.ExportEntry);
        entry.Actor.ShouldBe("auditor@example.test");
        entry.RequestId.ShouldBe("request-1");
        entry.Detail!["format"]!.GetValue<string>().ShouldBe("csv");
        entry.Detail["count"]!.GetValue<long>().ShouldBe(1);
        entry.Detail["actors"]!.AsArray().Count.ShouldBe(1);
        entry.Detail.ToJsonString().ShouldNotContain("example.test", customMessage: "no personal data is chained");
        (await house.Get<AuditExporter>().ManifestAsync(entry.Sequence, KeyHouse.Auditor())).Value!.SignedText().ShouldBe(export.Manifest.SignedText());
        (await house.Get<AuditExporter>().ManifestAsync(entry.Sequence, KeyHouse.Auditor(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
    }

    [Fact]
    public async Task Export_WithoutTheCapability_LeavesNoEntry()
    {
        await using var house = await KeyHouse.OpenAsync();

        (await house.Get<AuditExporter>().BeginAsync(AuditFormat.Jsonl, new AuditFilter(), KeyHouse.Manager())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);

        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<AuditEntry>().CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Export_OfAnEmptyLog_IsEmptyAndWhole()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (manifest, text) = await AuditedHouse.ExportAsync(house);

        (manifest.First, manifest.Last, manifest.Count).ShouldBe((1, 0, 0));
        using var verifier = new Verifier();
        (await verifier.RunAsync(verifier.Put("empty.jsonl", text))).Single().Whole.ShouldBeTrue();
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")")]
    [InlineData("+1+1")]
    [InlineData("-1+1")]
    [InlineData("@SUM(A1)")]
    [InlineData("＝1+1")]
    [InlineData("\t=1")]
    public async Task Csv_TextThatASpreadsheetWouldRun_IsText(string name)
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(caller: KeyHouse.Admin() with { Email = null, Name = name, Agent = name });

        var (_, text) = await AuditedHouse.ExportAsync(house, AuditFormat.Csv);

        var fields = CsvFields(text.Split("\r\n")[1]);
        fields.Count.ShouldBe(16);
        // Behind a tab another cell may begin.
        var safe = "'" + name.Replace("\t=", "\t'=", StringComparison.Ordinal);
        fields[6].ShouldBe(safe);
        fields[8].ShouldBe(safe);
        text[0].ShouldBe('\uFEFF');
    }

    [Fact]
    public async Task Csv_FormulaBehindASeparator_IsTextAndTheChainStaysWhole()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("x;=1+1;y"), KeyHouse.Admin() with { Agent = "X (X11;=2+3;Linux)" });

        var (_, text) = await AuditedHouse.ExportAsync(house, AuditFormat.Csv);
        var (_, lines) = await AuditedHouse.ExportAsync(house);

        text.Split([';', '\t', ',', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim(' ', '"')).Where(cell => cell.StartsWith('=')).ShouldBeEmpty();
        text.ShouldContain("X (X11;'=2+3;Linux)");
        lines.ShouldContain("X (X11;=2+3;Linux)", customMessage: "what verifies is as it was chained");
        using var verifier = new Verifier();
        (await verifier.RunAsync(verifier.Put("export.jsonl", lines))).Single().Whole.ShouldBeTrue();
    }

    [Theory]
    [InlineData("ana.silva@contoso.com")]
    [InlineData("ANA.SILVA@CONTOSO.COM")]
    [InlineData(" Ana.Silva@Contoso.com ")]
    public async Task Actor_OfAnEmailInAnyCase_IsTheSameInListAndExport(string actor)
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(caller: KeyHouse.Admin() with { Email = "Ana.Silva@Contoso.com" });
        await house.MakeAsync(caller: KeyHouse.Admin() with { Subject = "other", Email = "other@contoso.com" });

        var listed = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Actor: actor), KeyHouse.Auditor())).Value.ShouldNotBeNull();
        var (manifest, _) = await AuditedHouse.ExportAsync(house, filter: new AuditFilter(Actor: actor));

        (listed.Total, manifest.Count).ShouldBe((1, 1));
        listed.Entries[0].Actor.ShouldBe("Ana.Silva@Contoso.com");
    }

    [Fact]
    public async Task Csv_OfALivingADeletedAndNoKey_NamesThoseThatAreKnown()
    {
        await using var house = await KeyHouse.OpenAsync();
        var living = (await house.MakeAsync(new NewKey("CRM"))).Key;
        var deleted = (await house.MakeAsync(new NewKey("ERP"))).Key;
        await house.Get<ApiKeyService>().EditAsync(living.Id, new KeyEdit { Name = "CRM sync" }, ifVersion: null, KeyHouse.Admin());
        await house.Get<ApiKeyService>().DeleteAsync(deleted.Id, KeyHouse.Admin());
        await AuditedHouse.ExportAsync(house);

        var (_, text) = await AuditedHouse.ExportAsync(house, AuditFormat.Csv);

        var rows = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(CsvFields).ToList();
        rows[0][10..12].ShouldBe(["key_name", "key_prefix"]);
        rows.Skip(1).Select(row => (row[3], row[10], row[11])).ShouldBe(
        [
            (AuditActions.KeyCreated, "CRM sync", living.KeyPrefix),
            (AuditActions.KeyCreated, "ERP", deleted.KeyPrefix),
            (AuditActions.KeyEdited, "CRM sync", living.KeyPrefix),
            (AuditActions.KeyDeleted, "ERP", deleted.KeyPrefix),
            (AuditActions.Exported, "", ""),
        ]);
    }

    [Fact]
    public async Task KeyChanges_Alone_AreListedAndExportedAlike()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        await AuditedHouse.ExportAsync(house);
        var filter = new AuditFilter(Action: AuditActions.KeyChanges);

        var listed = (await house.Get<AuditQueries>().ListAsync(filter, KeyHouse.Auditor())).Value.ShouldNotBeNull();
        var (manifest, lines) = await AuditedHouse.ExportAsync(house, filter: filter);

        listed.Entries.Select(e => e.Action).ShouldBe([AuditActions.KeyCreated]);
        manifest.Count.ShouldBe(1);
        using var verifier = new Verifier();
        (await verifier.RunAsync(verifier.Put("export.jsonl", lines))).Single().Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Csv_QuotesBreaksAndCommas_StayInTheirField()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("a,\"b\""), KeyHouse.Admin() with { Email = null, Name = "x\",\"y\"" });

        var (_, text) = await AuditedHouse.ExportAsync(house, AuditFormat.Csv);

        var fields = CsvFields(text.Split("\r\n")[1]);
        fields[6].ShouldBe("x\",\"y\"");
        JsonElement.Parse(fields[13]).GetProperty("name").GetString().ShouldBe("a,\"b\"");
    }

    /// <summary>RFC 4180, one record.</summary>
    private static List<string> CsvFields(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '"' when quoted && i + 1 < line.Length && line[i + 1] == '"':
                    field.Append(line[++i]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    break;
                default:
                    field.Append(line[i]);
                    break;
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
