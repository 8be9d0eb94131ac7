using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;

namespace SalesOs.Dashboard.Tests.Reviews;

public class ReviewReportTests
{
    private const int Changes = 1000;
    private const int Seed = 20261130;

    [Fact]
    public async Task Report_TellsTheKeysWhoDecidedAndWhatWasDoneSince()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (first, second) = (await house.MakeAsync(new NewKey("=cmd|first")), await house.MakeAsync(new NewKey("second")));
        var review = await ReviewServiceTests.OpenAsync(house);
        await DecideAsync(house, review, first, ReviewChoice.Narrow, "@needed less");
        await house.Keys.EditAsync(first.Key.Id, new KeyEdit { RateLimit = 5 }, ifVersion: null, KeyHouse.Admin());
        await house.Keys.DeleteAsync(second.Key.Id, KeyHouse.Admin());

        var (report, text) = await ReportAsync(house, review, ReportFormat.Jsonl);

        var lines = text.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        lines.Count.ShouldBe(4);
        lines[1]["review"]!["keys"]!.GetValue<string>().ShouldBe("all");
        var (one, other) = (lines[2], lines[3]);
        (one["rate_limit"]!.GetValue<int>(), one["decision"]!.GetValue<string>(), one["decided_by"]!.GetValue<string>(), one["status_now"]!.GetValue<string>())
            .ShouldBe((1000, "narrow", "admin@example.test", "active"));
        one["since"]!.AsArray().Select(s => s!["action"]!.GetValue<string>()).ShouldBe([AuditActions.KeyEdited]);
        (other["status_now"]!.GetValue<string>(), other["decision"]).ShouldBe(("deleted", null));
        other["since"]!.AsArray().Select(s => s!["action"]!.GetValue<string>()).ShouldBe([AuditActions.KeyDeleted]);
        var (_, csv) = await ReportAsync(house, review, ReportFormat.Csv);
        csv.ShouldContain("'=cmd|first");
        csv.ShouldContain("'@needed less");
        report.Manifest.Keys.ShouldBe(2);
    }

    [Fact]
    public async Task Report_VerifiesOfflineAndAnothersKeyOrCheckpointDoesNot()
    {
        await using var house = await KeyHouse.OpenAsync();
        await using var other = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("Padaria São João 🥖"));
        var review = await ReviewServiceTests.OpenAsync(house);
        var (report, text) = await ReportAsync(house, review, ReportFormat.Jsonl);
        var (inCsv, csv) = await ReportAsync(house, review, ReportFormat.Csv);
        var again = (await house.Get<ReviewReporter>().ManifestAsync(review, inCsv.Manifest.ReportEntry, KeyHouse.Auditor())).Value!;
        using var verifier = new Verifier();
        verifier.Put("own.pem", house.Get<AuditSigner>().PublicKeyPem);
        verifier.Put("other.pem", other.Get<AuditSigner>().PublicKeyPem);
        verifier.Put("report.jsonl", text);
        verifier.Put("report.csv", csv);
        verifier.Put("manifest.json", JsonSerializer.Serialize(new { data = again }, Envelope.Json));

        (await verifier.RunAsync("--key", "own.pem", "--report", "report.jsonl")).Single().Whole.ShouldBeTrue();
        (await verifier.RunAsync("--key", "own.pem", "--report", "--manifest", "manifest.json", "report.csv")).Single().Whole.ShouldBeTrue();
        (await verifier.RunAsync("--key", "other.pem", "--report", "report.jsonl")).Single().Reason.ShouldNotBeNull().ShouldContain("another key");
        verifier.Put("report.csv", csv + " ");
        (await verifier.RunAsync("--report", "--manifest", "manifest.json", "report.csv")).Single().Whole.ShouldBeFalse();
        (await verifier.StartAsync("--report", "report.csv")).Code.ShouldBe(2);
        (await house.Get<ReviewReporter>().ManifestAsync(Guid.NewGuid(), inCsv.Manifest.ReportEntry, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<ReviewReporter>().BeginAsync(review, ReportFormat.Csv, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<ReviewReporter>().BeginAsync(review, ReportFormat.Csv, KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        report.FileName.ShouldEndWith(".jsonl");
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Changes_OfAThousandKinds_AreAllFound()
    {
        await using var house = await KeyHouse.OpenAsync();
        for (var i = 0; i < 12; i++)
        {
            await house.MakeAsync(new NewKey($"key {i}", Scopes: i % 2 == 0 ? ["leads:read"] : null));
        }

        var review = await ReviewServiceTests.OpenAsync(house);
        var shown = (await house.Get<ReviewQueries>().KeysAsync(review, ReviewPart.All, 1, 100, KeyHouse.Admin())).Value!.Keys;
        await house.Get<ReviewService>().DecideAsync(review, [.. shown.Take(5).Select(k => k.Key.KeyId)], ReviewChoice.Retire, "not used", KeyHouse.Admin());
        var (_, text) = await ReportAsync(house, review, ReportFormat.Jsonl);
        using var verifier = new Verifier();
        (await verifier.RunAsync("--report", verifier.Put("untouched.jsonl", text))).Single().Whole.ShouldBeTrue();

        var random = new Random(Seed);
        var changed = Enumerable.Range(0, Changes).Select(_ => Changed(random, text)).ToList();
        var verdicts = await verifier.RunAsync(["--report", .. changed.Select((c, i) => verifier.Put($"{i}.jsonl", c.Text))]);

        changed.Select(c => c.What).Distinct(StringComparer.Ordinal).Count().ShouldBe(7);
        for (var i = 0; i < Changes; i++)
        {
            verdicts[i].Whole.ShouldBeFalse($"{i}: {changed[i].What}\n{changed[i].Text}");
            verdicts[i].Reason.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task Report_AfterAPersonIsErased_NamesThemNowhere()
    {
        await using var house = await KeyHouse.OpenAsync();
        var leaver = KeyHouse.Admin() with { Subject = "subject-maria", Name = "Maria Quintela", Email = "maria.quintela@example.test" };
        var key = await house.MakeAsync(new NewKey("crm"), leaver);
        await house.MakeAsync(new NewKey("other"));
        var review = await ReviewServiceTests.OpenAsync(house, caller: leaver);
        (await house.Get<ReviewService>().DecideAsync(review, [key.Key.Id], ReviewChoice.Keep, "I need it, Maria Quintela", leaver)).Done.ShouldBeTrue();
        (await ReportAsync(house, review, ReportFormat.Jsonl)).Text.ShouldContain("maria.quintela@example.test");

        (await house.Get<PersonErasure>().EraseAsync(key.Key.CreatedById!.Value, KeyHouse.Admin())).Done.ShouldBeTrue();

        foreach (var format in Enum.GetValues<ReportFormat>())
        {
            var (_, text) = await ReportAsync(house, review, format);
            text.ShouldNotContain("maria", Case.Insensitive);
            text.ShouldNotContain("quintela", Case.Insensitive);
            text.ShouldContain(key.Key.CreatedById.Value.ToString());
        }
    }

    internal static async Task<(ReviewReport Report, string Text)> ReportAsync(KeyHouse house, Guid review, ReportFormat format)
    {
        var report = (await house.Get<ReviewReporter>().BeginAsync(review, format, KeyHouse.Auditor())).Value!;
        using var file = new MemoryStream();
        await report.WriteAsync(file);
        return (report, Encoding.UTF8.GetString(file.ToArray()));
    }

    private static async Task DecideAsync(KeyHouse house, Guid review, CreatedKey key, ReviewChoice decision, string reason) =>
        (await house.Get<ReviewService>().DecideAsync(review, [key.Key.Id], decision, reason, KeyHouse.Admin())).Done.ShouldBeTrue();

    /// <summary>One thing that somebody does to a report, after which it is another text.</summary>
    private static (string What, string Text) Changed(Random random, string text)
    {
        while (true)
        {
            var lines = text.TrimEnd('\n').Split('\n');
            var (at, line) = (random.Next(text.Length), random.Next(1, lines.Length));
            var (what, changed) = random.Next(7) switch
            {
                0 => ("one character", text[..at] + (char)random.Next('!', '~' + 1) + text[(at + 1)..]),
                1 => ("a character more", text.Insert(at, "0")),
                2 => ("a character less", text.Remove(at, 1)),
                3 => ("cut off", text[..at]),
                4 => ("a line less", string.Join('\n', lines.Where((_, i) => i != line)) + "\n"),
                5 => ("a line twice", string.Join('\n', lines.SelectMany((l, i) => i == line ? [l, l] : new[] { l })) + "\n"),
                _ => ("two lines swapped", Swapped(lines, line, random.Next(1, lines.Length))),
            };
            if (changed != text)
            {
                return (what, changed);
            }
        }
    }

    private static string Swapped(string[] lines, int one, int other)
    {
        (lines[one], lines[other]) = (lines[other], lines[one]);
        return string.Join('\n', lines) + "\n";
    }
}
