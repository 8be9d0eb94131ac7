using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

/// <summary>Guarantee A3: whatever is done to a log, the offline verifier and the program find it, and name the same entry.</summary>
public sealed class TamperingTests
{
    private const int Tamperings = 1000;
    private const int Seed = 20261127;

    [Fact]
    public async Task Tamperings_OfAThousandKinds_AreFoundByBothAndNamedAlike()
    {
        await using var house = await KeyHouse.OpenAsync();
        await AuditedHouse.FillAsync(house, hours: 4, keysAnHour: 6);
        var (manifest, text) = await AuditedHouse.ExportAsync(house);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        manifest.Checkpoints.Select(c => c.Sequence).ShouldBe([6, 12, 18, 24]);
        using var verifier = new Verifier();
        (await verifier.RunAsync(verifier.Put("untouched.jsonl", text))).Single().ShouldBe(new OfflineVerdict(Whole: true, 24, FirstBad: null, Reason: null));

        var random = new Random(Seed);
        var tamperings = Enumerable.Range(0, Tamperings).Select(_ => Tampering.Of(random, lines[1..], lastCheckpoint: 24)).ToList();
        var files = tamperings.Select((t, i) => verifier.Put(
            $"{i}.jsonl", lines[0] + "\n" + string.Concat(t.Lines.Select(l => l.ToJsonString(Envelope.Json) + "\n"))));
        var offline = await verifier.RunAsync(files);
        var program = await VerifyInTheTableAsync(house, tamperings);

        for (var i = 0; i < Tamperings; i++)
        {
            offline[i].Whole.ShouldBeFalse($"{i}: {tamperings[i].What}");
            offline[i].FirstBad.ShouldNotBeNull($"{i}: {tamperings[i].What}: {offline[i].Reason}");
            program[i].FirstBad.ShouldBe(offline[i].FirstBad, $"{i}: {tamperings[i].What}: {offline[i].Reason}");
        }
    }

    /// <summary>Does each to the table, asks, and takes it back.</summary>
    private static async Task<IReadOnlyList<ChainVerdict>> VerifyInTheTableAsync(KeyHouse house, IReadOnlyList<Tampering> tamperings)
    {
        var verdicts = new List<ChainVerdict>();
        var verification = house.Get<AuditVerification>();
        await house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            var own = await db.Set<AuditEntry>().AsNoTracking().Include(e => e.Personal).OrderByDescending(e => e.Sequence).FirstAsync();
            own.Action.ShouldBe(AuditActions.Exported);
            var transaction = db.Database.CurrentTransaction!;
            foreach (var tampering in tamperings)
            {
                await transaction.CreateSavepointAsync("untouched");
                await db.Database.ExecuteSqlRawAsync("DELETE FROM audit_personal");
                await db.Database.ExecuteSqlRawAsync("DELETE FROM audit_entries");
                Insert(db, tampering, own);
                verdicts.Add(await verification.VerifyAsync(db));
                await transaction.RollbackToSavepointAsync("untouched");
                await transaction.ReleaseSavepointAsync("untouched");
            }

            return 0;
        });
        (await verification.VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue("everything was taken back");
        return verdicts;
    }

    private static void Insert(DashboardDbContext db, Tampering tampering, AuditEntry own)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        using var entry = connection.CreateCommand();
        using var personal = connection.CreateCommand();
        entry.Transaction = personal.Transaction = (SqliteTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        entry.CommandText = """
            INSERT INTO audit_entries (TenantId, Sequence, Id, At, Action, Outcome, ActorId, KeyId, RequestId, Canonical, PreviousHash, Hash)
            VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11)
            """;
        personal.CommandText = "INSERT INTO audit_personal (TenantId, Sequence, Salt, Data) VALUES (@p0, @p1, @p2, @p3)";
        for (var i = 0; i < tampering.Lines.Count; i++)
        {
            var line = tampering.Lines[i];
            Run(entry, KeyHouse.Acme, tampering.Sequences[i], Guid.Parse(Text("id")!), At(line), Text("action"), Text("outcome"), IdOf("actor_id"), IdOf("key_id"), Text("request_id"),
                Encoding.UTF8.GetBytes(Text("canonical")!), Convert.FromHexString(Text("previous_hash")!), Convert.FromHexString(Text("hash")!));
            Run(personal, KeyHouse.Acme, tampering.Sequences[i], Convert.FromHexString(Text("salt")!), Encoding.UTF8.GetBytes(Text("personal")!));

            string? Text(string name) => (string?)line[name];
            Guid? IdOf(string name) => Text(name) is { } text ? Guid.Parse(text) : null;
        }

        if (!tampering.CutsTheTail)
        {
            var sequence = Math.Max(own.Sequence, tampering.Lines.Count + 1);
            Run(entry, KeyHouse.Acme, sequence, own.Id, own.At.ToUnixTimeMilliseconds(), own.Action, own.Outcome, own.ActorId, own.KeyId, own.RequestId, own.Canonical, own.PreviousHash, own.Hash);
            Run(personal, KeyHouse.Acme, sequence, own.Personal!.Salt, own.Personal.Data);
        }
    }

    private static long At(JsonObject line) => DateTimeOffset.Parse((string)line["at"]!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static void Run(DbCommand command, params object?[] values)
    {
        command.Parameters.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.Add(new SqliteParameter("@p" + i.ToString(CultureInfo.InvariantCulture), values[i] ?? DBNull.Value));
        }

        command.ExecuteNonQuery();
    }
}
