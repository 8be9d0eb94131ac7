using Microsoft.EntityFrameworkCore;
using Npgsql;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>Guarantee N7 on PostgreSQL: <c>backup</c> and <c>restore</c>.</summary>
[OnPostgres]
public sealed class BackupOnPostgresTests : IAsyncLifetime
{
    private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private string empty = null!;

    private string Here => Path.Combine(root, "here");

    private string Elsewhere => Path.Combine(root, "elsewhere");

    private string Backup => Path.Combine(root, "backup.dump");

    public async ValueTask InitializeAsync() => empty = await (await PostgresServer.Shared).MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await TestEngine.RemoveAsync(Here);
        await (await PostgresServer.Shared).DropAsync(empty);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Backup_WhileKeysAreMade_RestoresElsewhereWithEveryKeyThatWasAcknowledgedBefore()
    {
        var before = new List<CreatedKey>();
        string checkedThen;
        await using (var house = await KeyHouse.OpenAsync(Here))
        {
            for (var i = 0; i < 20; i++)
            {
                before.Add(await house.MakeAsync());
            }

            await house.Database.WriteAsync(tenantId: null, async db =>
            {
                db.Add(new GateGeneration { Number = 7 });
                db.Add(new SessionRow
                {
                    Id = Guid.NewGuid(),
                    KeyDigest = new byte[32],
                    SubjectDigest = new byte[32],
                    Ticket = [1],
                    StartedAt = house.Clock.GetUtcNow(),
                    UsedAt = house.Clock.GetUtcNow(),
                    CheckedAt = house.Clock.GetUtcNow(),
                });
                return await db.SaveChangesAsync();
            });
            using var enough = new CancellationTokenSource();
            var during = 0;
            var writing = Task.WhenAll(((string[])[KeyHouse.Acme, KeyHouse.Beta]).Select(async tenant =>
            {
                while (!enough.IsCancellationRequested)
                {
                    await house.MakeAsync(caller: KeyHouse.Admin(tenant));
                    Interlocked.Increment(ref during);
                }
            }));
            while (Volatile.Read(ref during) < 5)
            {
                await Task.Delay(5);
            }

            var begun = Volatile.Read(ref during);
            var said = await DoneAsync("backup", await ConnectionAsync());
            said.ShouldStartWith(Backup + ": ");
            checkedThen = CountsOf(said);
            Volatile.Read(ref during).ShouldBeGreaterThan(begun, "changes go on meanwhile");
            await enough.CancelAsync();
            await writing;
        }

        File.GetUnixFileMode(Backup).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var restoring = await DoneAsync("restore", empty);
        restoring.ShouldStartWith(new NpgsqlConnectionStringBuilder(empty).Database! + " on 127.0.0.1: restored from ");
        CountsOf(restoring).ShouldBe(checkedThen, "what was checked is what is in the file");

        await using var restored = await OpenEmptyAsync();
        var k1 = new byte[32];
        foreach (var key in before)
        {
            SignatureChain.DeriveK1(key.Secret, key.ApiKey, k1);
            restored.Ring.Find(key.ApiKey)!.K1.SequenceEqual(k1).ShouldBeTrue();
        }

        foreach (var tenant in (string[])[AuditLog.Platform, KeyHouse.Acme, KeyHouse.Beta])
        {
            (await restored.Get<AuditVerification>().VerifyAsync(tenant, full: true)).Whole.ShouldBeTrue(tenant);
        }

        await using var db = restored.Database.Read(AuditLog.Platform);
        (await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.DatabaseRestored)).ShouldBe(1);
        (await db.Set<SessionRow>().CountAsync()).ShouldBe(0, "who was signed in then may have been signed out since");
        (await db.Set<GateGeneration>().CountAsync()).ShouldBe(0, "what Redis holds belongs to the database that was there");
        await restored.MakeAsync();
    }

    /// <summary>Whatever a file has met, it is refused as a whole, and the database is as empty as before.</summary>
    [Fact]
    public async Task Restore_OfAFileThatIsNotAsItWasWritten_IsRefusedAndLeavesTheDatabaseEmpty()
    {
        await MadeAsync();
        await DoneAsync("backup", await ConnectionAsync());
        var whole = await File.ReadAllBytesAsync(Backup);
        byte[][] harmed =
        [
            [], whole[..100], whole[..(whole.Length / 2)], whole[..^1], [.. whole, 0], new byte[5000],
            .. Enumerable.Range(0, 40).Select(i =>
            {
                var bytes = whole.ToArray();
                bytes[(int)((long)(bytes.Length - 1) * i / 39)] ^= 1;
                return bytes;
            }),
        ];
        foreach (var bytes in harmed)
        {
            await File.WriteAllBytesAsync(Backup, bytes);
            (await RefusedAsync("restore", empty)).ShouldContain(Backup);
        }

        await File.WriteAllBytesAsync(Backup, whole);
        (await RefusedAsync("restore", empty, "--MasterKey:File=", "--MasterKey:Value=" + Convert.ToBase64String(new byte[MasterKey.Size]))).ShouldStartWith("MasterKey:Value or MasterKey:File: ");
        (await TablesAsync(empty)).ShouldBe(0);
        await DoneAsync("restore", empty);
        (await RefusedAsync("restore", empty)).ShouldContain("is not empty (it has __EFMigrationsHistory); make a new one");
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET \"RequestId\" = 'other' WHERE \"TenantId\" = '" + KeyHouse.Acme + "'", "the audit chain of tenant " + KeyHouse.Acme)]
    [InlineData("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '99.0.0')", "29991231000000_Later")]
    public async Task Restore_OfADatabaseThatIsNotFit_IsRefusedAndLeavesTheDatabaseEmpty(string harm, string fault)
    {
        await MadeAsync();
        await ExecuteAsync(await ConnectionAsync(), harm);
        var errors = new StringWriter();
        await CommandLine.RunAsync(["backup", Backup, .. await SettingsAsync(await ConnectionAsync())], TextWriter.Null, errors);
        if (fault.StartsWith("the audit", StringComparison.Ordinal))
        {
            errors.ToString().ShouldStartWith($"{Backup}: was made, but {fault}");
        }

        (await RefusedAsync("restore", empty)).ShouldContain(fault);
        (await TablesAsync(empty)).ShouldBe(0);
    }

    [Fact]
    public async Task Backup_OfWhatIsNoDatabaseOfOurs_IsRefused()
    {
        (await RefusedAsync("backup", empty)).ShouldContain("is no database of this program");
        File.Exists(Backup).ShouldBeFalse();
        await MadeAsync();
        (await RefusedAsync("backup", await ConnectionAsync(), "--MasterKey:File=", "--MasterKey:Value=" + Convert.ToBase64String(new byte[MasterKey.Size]))).ShouldContain("this is not the master key");
        (await RefusedAsync("backup", await ConnectionAsync() + ";Port=1")).ShouldStartWith("Database:ConnectionString: the database can't be read or written: Failed to connect");
        await File.WriteAllTextAsync(Backup, "mine");
        (await RefusedAsync("backup", await ConnectionAsync())).ShouldContain("is there already");
        (await File.ReadAllTextAsync(Backup)).ShouldBe("mine");
    }

    [Fact]
    public async Task Start_OnADatabaseThatIsBeingFilled_IsRefusedAndTheFillingMayBeginAnew()
    {
        await MadeAsync();
        await DoneAsync("backup", await ConnectionAsync());
        var location = new PostgresLocation(root, empty);
        await using (await PostgresFilling.BeginAsync(location, CancellationToken.None))
        {
            (await RefusedAsync("restore", empty)).ShouldContain("another restore or move is filling");
        }

        Directory.CreateDirectory(Elsewhere);
        (await RunningDashboard.RefusedAsync(Elsewhere, await SettingsAsync(empty))).ShouldContain("is being filled by a restore or a move, or one did not come to its end");
        await DoneAsync("restore", empty);
    }

    /// <summary>What a tool is run with, and which one.</summary>
    [Fact]
    public async Task Tool_IsRunWithItsPasswordInTheEnvironmentAlone_AndIsNotOlderThanTheServer()
    {
        foreach (var version in (int[])[13, 16, 18])
        {
            var folder = Directory.CreateDirectory(Path.Combine(root, version.ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "pg_probe"), $"#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'pg_probe (PostgreSQL) {version}.4'; else echo \"{version} $* | $PGHOST $PGPORT $PGUSER $PGDATABASE $PGPASSWORD $PGSSLMODE $PGOPTIONS\"; fi\n");
            File.SetUnixFileMode(Path.Combine(folder, "pg_probe"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var tools = new PostgresTools(
            new PostgresLocation(root, "Host=db;Port=6543;Username=me;Password=pass word;Database=keys;SSL Mode=VerifyFull;Search Path=own"), $"{root}/18:{root}/13:{root}/16:{root}/none");
        (await tools.RunAsync("pg_probe", new Version(15, 3), "file", CancellationToken.None, "--format=custom")).Trim().ShouldBe("16 --format=custom | db 6543 me keys pass word verify-full -c search_path=own");
        (await Should.ThrowAsync<StartupFaultException>(() => tools.RunAsync("pg_probe", new Version(19, 0), "file", CancellationToken.None))).Message
            .ShouldMatch("^pg_probe: .* is of version 18 and the server of 19; install PostgreSQL's client tools of version 19.$");
        (await Should.ThrowAsync<StartupFaultException>(() => tools.RunAsync("pg_none", new Version(15, 0), "file", CancellationToken.None))).Message.ShouldStartWith("pg_none: was not found in PATH or /usr/lib/postgresql. Install");
    }

    /// <summary>How many keys and entries it speaks of.</summary>
    private static string CountsOf(string said) => System.Text.RegularExpressions.Regex.Match(said, "[0-9]+ keys, [0-9]+ audit entries").Value;

    private async Task MadeAsync()
    {
        await using var house = await KeyHouse.OpenAsync(Here);
        await house.MakeAsync();
    }

    /// <summary>A house on the database that was restored.</summary>
    private async Task<KeyHouse> OpenEmptyAsync()
    {
        Directory.CreateDirectory(Elsewhere);
        File.Copy(Path.Combine(Here, "master.key"), Path.Combine(Elsewhere, "master.key"));
        await File.WriteAllTextAsync(Path.Combine(Elsewhere, "postgres.connection"), empty);
        return await KeyHouse.OpenAsync(Elsewhere);
    }

    private Task<string> ConnectionAsync() => File.ReadAllTextAsync(Path.Combine(Here, "postgres.connection"));

    private async Task<string[]> SettingsAsync(string connection, params string[] settings)
    {
        await Task.CompletedTask;
        return ["--Data:Directory=" + Here, "--Database:Provider=Postgres", "--Database:ConnectionString=" + connection, "--MasterKey:File=" + Path.Combine(Here, "master.key"), .. settings];
    }

    private async Task<string> DoneAsync(string command, string connection)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        (await CommandLine.RunAsync([command, Backup, .. await SettingsAsync(connection)], output, errors)).ShouldBe(0, errors.ToString());
        errors.ToString().ShouldBeEmpty();
        return output.ToString();
    }

    private async Task<string> RefusedAsync(string command, string connection, params string[] settings)
    {
        var errors = new StringWriter();
        (await CommandLine.RunAsync([command, Backup, .. await SettingsAsync(connection, settings)], new StringWriter(), errors)).ShouldBe(1);
        return errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
    }

    private static async Task<long> TablesAsync(string connection)
    {
        await using var line = new NpgsqlConnection(connection + ";Pooling=false");
        await line.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", line);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var line = new NpgsqlConnection(connection + ";Pooling=false");
        await line.OpenAsync();
        await using var command = new NpgsqlCommand(sql, line);
        await command.ExecuteNonQueryAsync();
    }
}
