using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>Guarantee N7: <c>backup</c> and <c>restore</c>.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    private string Here => Path.Combine(root, "here");

    private string Elsewhere => Path.Combine(root, "elsewhere");

    private string Backup => Path.Combine(root, "backup.db");

    public BackupTests()
    {
        Directory.CreateDirectory(Here);
        Directory.CreateDirectory(Elsewhere);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Backup_WhileKeysAreMade_RestoresElsewhereWithEveryKeyThatWasAcknowledgedBefore()
    {
        var acknowledged = new ConcurrentQueue<JsonElement>();
        List<JsonElement> before;
        (int ExitCode, IReadOnlyCollection<string> Output, IReadOnlyCollection<string> Errors) backup;
        var (program, address) = await ProgramProcess.StartAsync(Here);
        await using (program)
        {
            using var enough = new CancellationTokenSource();
            var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => MakeAsync(address, acknowledged, enough.Token)));
            while (acknowledged.Count < 20)
            {
                await Task.Delay(10);
            }

            before = [.. acknowledged];
            backup = await ProgramProcess.CommandAsync("backup", Backup, "--Data:Directory=" + Here);
            var during = acknowledged.Count;
            await enough.CancelAsync();
            await writing;
            during.ShouldBeGreaterThan(before.Count, "changes go on meanwhile");
        }

        backup.ExitCode.ShouldBe(0, string.Join('\n', backup.Errors));
        backup.Output.ShouldHaveSingleItem().ShouldStartWith(Backup);
        File.GetUnixFileMode(Backup).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Exists(Backup + "-wal").ShouldBeFalse("one file is the whole backup");

        File.Copy(Path.Combine(Here, "master.key"), Path.Combine(Elsewhere, "master.key"));
        var restore = await ProgramProcess.CommandAsync("restore", Backup, "--Data:Directory=" + Elsewhere);
        restore.ExitCode.ShouldBe(0, string.Join('\n', restore.Errors));

        var (again, at) = await ProgramProcess.StartAsync(Elsewhere);
        await using var restored = again;
        foreach (var key in before)
        {
            var header = RequestSigner.Authorization(
                key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
            (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(at)).Status.ShouldBe(200);
        }

        await using var stored = StoredData.Open(Elsewhere);
        (await stored.VerifyAuditAsync("backup")).Whole.ShouldBeTrue();
        await using var db = stored.Database.Read(AuditLog.Platform);
        (await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.DatabaseRestored)).ShouldBe(1);
    }

    [Fact]
    public async Task Restore_OverADatabase_KeepsItAside()
    {
        var first = await MadeAsync(Here);
        await DoneAsync("backup", Backup, Here);
        var second = await MadeAsync(Here);

        var said = await DoneAsync("restore", Backup, Here);

        var aside = Directory.GetFiles(Here, "salesos.db.before-restore-*").ShouldHaveSingleItem();
        said.ShouldContain(aside);
        await using (var house = await KeyHouse.OpenAsync(Here))
        {
            house.Ring.Find(first.ApiKey).ShouldNotBeNull();
            house.Ring.Find(second.ApiKey).ShouldBeNull();
        }

        await DoneAsync("restore", aside, Here);
        await using var back = await KeyHouse.OpenAsync(Here);
        back.Ring.Find(second.ApiKey).ShouldNotBeNull();
    }

    [Fact]
    public async Task Restore_WithoutTheMasterKey_IsRefusedWithOneLineAndLeavesNothing()
    {
        await MadeAsync(Here);
        await DoneAsync("backup", Backup, Here);

        (await RefusedAsync("restore", Backup, Elsewhere)).ShouldStartWith("MasterKey:File: ");

        Directory.GetFiles(Elsewhere).Select(Path.GetFileName).ShouldBe(["salesos.db.lock"]);
    }

    [Fact]
    public async Task Restore_WithAnotherMasterKey_IsRefusedAndLeavesTheDatabase()
    {
        await MadeAsync(Here);
        await DoneAsync("backup", Backup, Here);
        var own = await MadeAsync(Elsewhere);

        (await RefusedAsync("restore", Backup, Elsewhere)).ShouldStartWith("MasterKey:Value or MasterKey:File: ");

        await using var house = await KeyHouse.OpenAsync(Elsewhere);
        house.Ring.Find(own.ApiKey).ShouldNotBeNull();
    }

    /// <summary>A backup from before the master key was changed opens with the one before and is under the present one afterwards.</summary>
    [Fact]
    public async Task Restore_OfABackupUnderThePreviousMasterKey_WrapsItAnew()
    {
        var made = await MadeAsync(Here);
        await DoneAsync("backup", Backup, Here);
        var previous = (await File.ReadAllTextAsync(Path.Combine(Here, "master.key"))).Trim();
        var next = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

        await DoneAsync("restore", Backup, Elsewhere, "--MasterKey:Value=" + next, "--MasterKey:Previous=" + previous);

        await using var house = await KeyHouse.OpenAsync(Elsewhere, settings: ("MasterKey:Value", next));
        house.Log.All.ShouldNotContain(l => l.Level == Microsoft.Extensions.Logging.LogLevel.Critical);
        house.Ring.Find(made.ApiKey).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET Action = 'key.revoked' WHERE Action = 'key.created'", "audit chain of tenant " + KeyHouse.Acme)]
    [InlineData("DROP TABLE api_keys", "is no database of this program")]
    [InlineData("INSERT INTO __EFMigrationsHistory VALUES ('29991231000000_Later', '99.0.0'); UPDATE schema_floor SET Migration = '29991231000000_Later'", "29991231000000_Later")]
    public async Task Restore_OfABackupThatIsNotFit_IsRefused(string harm, string fault)
    {
        await MadeAsync(Here);
        await DoneAsync("backup", Backup, Here);
        await ExecuteAsync(Backup, harm);

        (await RefusedAsync("restore", Backup, Here)).ShouldContain(fault);

        Directory.GetFiles(Here).Select(Path.GetFileName).ShouldNotContain(name => name!.Contains("restor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_OfADamagedFile_IsRefused()
    {
        await MadeAsync(Here);
        await DoneAsync("backup", Backup, Here);
        var bytes = await File.ReadAllBytesAsync(Backup);
        Array.Fill(bytes, (byte)0x5A, bytes.Length / 2, 4096);
        await File.WriteAllBytesAsync(Backup, bytes);
        (await RefusedAsync("restore", Backup, Here)).ShouldStartWith(Backup + ": ");
        await File.WriteAllTextAsync(Backup, new string('x', 5000));
        (await RefusedAsync("restore", Backup, Here)).ShouldStartWith(Backup + ": ");
        await File.WriteAllTextAsync(Backup, "");
        (await RefusedAsync("restore", Backup, Here)).ShouldStartWith(Backup + ": ");
        File.Delete(Backup);
        (await RefusedAsync("restore", Backup, Here)).ShouldContain("no such file");
    }

    [Fact]
    public async Task Restore_WhileTheProgramRuns_IsRefused()
    {
        await using var running = await RunningDashboard.StartAsync(directory: Here);
        await DoneAsync("backup", Backup, Here);

        (await RefusedAsync("restore", Backup, Here)).ShouldContain("another process is running");
        (await running.Client.GetAsync("/health/ready")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task Start_AfterARestoreThatWasBrokenOff_IsRefusedUntilItIsRunAgain()
    {
        await MadeAsync(Here);
        await DoneAsync("backup", Backup, Here);
        using (var held = InstanceLock.Take(Location(Here)))
        {
            held.Mark(LeftBehind.Restoring);
        }

        var (code, _, errors) = await ProgramProcess.RunAsync("Development", "--Data:Directory=" + Here, "--urls=http://127.0.0.1:0");
        code.ShouldBe(1);
        errors.ShouldHaveSingleItem().ShouldContain("a restore did not come to its end");

        await DoneAsync("restore", Backup, Here);
        await using var running = await RunningDashboard.StartAsync(directory: Here);
    }

    [Fact]
    public async Task Backup_OfABrokenChain_IsMadeAndSaysSo()
    {
        await MadeAsync(Here);
        await ExecuteAsync(Path.Combine(Here, "salesos.db"), "UPDATE audit_entries SET RequestId = 'other' WHERE TenantId = '" + KeyHouse.Acme + "'");

        (await RefusedAsync("backup", Backup, Here)).ShouldContain("was made, but the audit chain of tenant " + KeyHouse.Acme);
        File.Exists(Backup).ShouldBeTrue();
    }

    [Fact]
    public async Task Backup_WithoutTheMasterKey_IsMadeAndSaysSo()
    {
        await MadeAsync(Here);
        var key = Path.Combine(Here, "master.key");
        File.Move(key, key + ".elsewhere");

        (await RefusedAsync("backup", Backup, Here)).ShouldContain("was made, but MasterKey:File: ");

        File.Move(key + ".elsewhere", key);
        await DoneAsync("restore", Backup, Here);
    }

    [Fact]
    public async Task Backup_OntoAFileOrFromNowhere_IsRefused()
    {
        (await RefusedAsync("backup", Backup, Here)).ShouldStartWith("Data:Directory: ");
        await MadeAsync(Here);
        await File.WriteAllTextAsync(Backup, "mine");
        (await RefusedAsync("backup", Backup, Here)).ShouldContain("is there already");
        (await File.ReadAllTextAsync(Backup)).ShouldBe("mine");
        (await RefusedAsync("backup", Path.Combine(root, "nowhere", "b.db"), Here)).ShouldContain("there is no folder");
    }

    private static async Task MakeAsync(Uri address, ConcurrentQueue<JsonElement> acknowledged, CancellationToken enough)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", "backup");
        while (!enough.IsCancellationRequested)
        {
            using var answer = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"kept"}""", Encoding.UTF8, "application/json"), CancellationToken.None);
            acknowledged.Enqueue(JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(CancellationToken.None)).GetProperty("data"));
        }
    }

    private static async Task<CreatedKey> MadeAsync(string directory)
    {
        await using var house = await KeyHouse.OpenAsync(directory);
        return await house.MakeAsync();
    }

    private static async Task<string> DoneAsync(string command, string file, string directory, params string[] settings)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        (await CommandLine.RunAsync([command, file, "--Data:Directory=" + directory, .. settings], output, errors)).ShouldBe(0, errors.ToString());
        errors.ToString().ShouldBeEmpty();
        return output.ToString();
    }

    private static async Task<string> RefusedAsync(string command, string file, string directory)
    {
        var errors = new StringWriter();
        (await CommandLine.RunAsync([command, file, "--Data:Directory=" + directory], new StringWriter(), errors)).ShouldBe(1);
        return errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
    }

    private static async Task ExecuteAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static DatabaseLocation Location(string directory)
    {
        var file = Path.Combine(directory, "salesos.db");
        return new DatabaseLocation(directory, file, $"Data Source={file}");
    }
}
