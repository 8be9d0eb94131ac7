using System.Net;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// Guarantee N9 at the start: a database that is gone, cut, older or another is refused with one line, so that what was acknowledged, a revocation above
/// all, is not undone unseen. Each test begins with what a kill left behind a second after a key was revoked.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class CutStoreTests(CutStoreTests.KilledStore killed) : IClassFixture<CutStoreTests.KilledStore>, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    private string Data => Path.Combine(root, "data");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("write-ahead log removed", "rm data/salesos.db-wal", "behind what was last seen")]
    [InlineData("write-ahead log and its index removed", "rm data/salesos.db-wal data/salesos.db-shm", "behind what was last seen")]
    [InlineData("write-ahead log cut to half", "truncate -s $(( $(stat -c %s data/salesos.db-wal) / 2 )) data/salesos.db-wal", "behind what was last seen")]
    [InlineData("write-ahead log cut within the revocation, after its first page", "truncate -s $(( $(cat wal-before) + 4120 )) data/salesos.db-wal", "behind what was last seen")]
    [InlineData("write-ahead log emptied", ": > data/salesos.db-wal", "behind what was last seen")]
    [InlineData("an older backup in its place", "rm data/salesos.db*[mw]al; cp backup data/salesos.db", "behind what was last seen")]
    [InlineData("database deleted", "rm data/salesos.db data/salesos.db-wal data/salesos.db-shm", "is missing, empty or behind")]
    [InlineData("database deleted without its write-ahead log", "rm data/salesos.db", "is missing, empty or behind")]
    [InlineData("database emptied", ": > data/salesos.db", "is missing, empty or behind")]
    [InlineData("an empty database in its place", "rm data/salesos.db*[mw]al; cp nothing data/salesos.db", "is missing, empty or behind")]
    [InlineData("database of another installation in its place", "rm data/salesos.db*[mw]al; cp other data/salesos.db", "was not written for the database")]
    [InlineData("mark deleted", "rm data/salesos.db.mark", "is missing, so nothing tells")]
    [InlineData("mark changed", "printf x | dd of=data/salesos.db.mark bs=1 seek=40 conv=notrunc status=none", "or was changed")]
    [InlineData("mark emptied", ": > data/salesos.db.mark", "or was changed")]
    [InlineData("mark and database deleted, the key left", "rm data/salesos.db*", "master.key belongs to a database", false)]
    [InlineData("everything but the mark deleted", "cd data; rm salesos.db salesos.db-wal salesos.db-shm salesos.db.lock; rm -f master.key", "salesos.db.mark belongs to a database")]
    public async Task Store_TakenOrCutAfterAKill_IsRefused(string how, string command, string fault, bool keyGiven = true)
    {
        await killed.CopyToAsync(root);
        string[] settings = [StoreProgram.MasterKeySetting];
        if (!keyGiven)
        {
            // The key that was given is the file's from now on.
            await File.WriteAllTextAsync(Path.Combine(Data, "master.key"), StoreProgram.MasterKeySetting.Split('=', 2)[1]);
            File.SetUnixFileMode(Path.Combine(Data, "master.key"), UnixFileMode.UserRead);
            settings = [];
        }

        await StoreProgram.ShellAsync(root, command);

        var line = await RunningDashboard.RefusedAsync(Data, settings);
        line.ShouldStartWith("Data:Directory: ", customMessage: how);
        line.ShouldContain(fault, customMessage: how);
        line.ShouldContain("restore FILE");
    }

    [Theory]
    [InlineData("rm data/salesos.db-wal")]
    [InlineData("rm data/salesos.db*[mw]al; cp other data/salesos.db")]
    [InlineData("rm data/salesos.db.mark")]
    public async Task Store_Refused_IsRefusedAgainAndServesOnceRestored(string command)
    {
        await killed.CopyToAsync(root);
        await StoreProgram.ShellAsync(root, command);
        for (var i = 0; i < 2; i++)
        {
            (await RunningDashboard.RefusedAsync(Data, StoreProgram.MasterKeySetting)).ShouldContain("restore FILE");
        }

        (await ProgramProcess.CommandAsync(["restore", Path.Combine(root, "backup"), "--Data:Directory=" + Data, StoreProgram.MasterKeySetting])).Errors.ShouldBeEmpty();

        await ShouldServeAsync([StoreProgram.MasterKeySetting]);
    }

    /// <summary>A refused start leaves the files as they are: what was taken away can be put back.</summary>
    [Fact]
    public async Task WriteAheadLog_PutBackAfterAError_IsTakenAndTheRevocationStands()
    {
        await killed.CopyToAsync(root);
        await StoreProgram.ShellAsync(root, "mv data/salesos.db-wal away");
        (await RunningDashboard.RefusedAsync(Data, StoreProgram.MasterKeySetting)).ShouldContain("behind what was last seen");

        await StoreProgram.ShellAsync(root, "mv away data/salesos.db-wal");

        await ShouldServeAsync([StoreProgram.MasterKeySetting]);
    }

    /// <summary>A kill between a commit and its mark leaves the database ahead, which is no reason to refuse it.</summary>
    [Fact]
    public async Task Database_AheadOfItsMark_Starts()
    {
        await killed.CopyToAsync(root);
        await StoreProgram.ShellAsync(root, "cp earlier-mark data/salesos.db.mark");

        await ShouldServeAsync([StoreProgram.MasterKeySetting]);
    }

    /// <summary>A database of a version that wrote no marks has none, and gets one.</summary>
    [Fact]
    public async Task Database_FromBeforeThereWereMarks_StartsAndIsMarked()
    {
        await killed.CopyToAsync(root);
        await StoreProgram.ShellAsync(root, "rm data/salesos.db.mark");
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Data, "salesos.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA application_id=0";
            await command.ExecuteNonQueryAsync();
        }

        await ShouldServeAsync([StoreProgram.MasterKeySetting]);

        new FileInfo(Path.Combine(Data, "salesos.db.mark")).Length.ShouldBe(512);
        await StoreProgram.ShellAsync(root, "rm data/salesos.db.mark");
        (await RunningDashboard.RefusedAsync(Data, StoreProgram.MasterKeySetting)).ShouldContain("is missing, so nothing tells");
    }

    private async Task ShouldServeAsync(string[] settings)
    {
        await using var running = await RunningDashboard.StartAsync(directory: Data, settings: [Platform.Setting, .. settings]);
        using var client = StoreProgram.ClientOf(running.BaseAddress);
        (await StoreProgram.ReadyAsync(client)).Status.ShouldBe(HttpStatusCode.OK);
        (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);
    }

    /// <summary>What a killed program left, made once and copied for each test: <c>data</c>, and beside it a backup from before the revocation.</summary>
    public sealed class KilledStore : IAsyncLifetime
    {
        private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;

        public async ValueTask InitializeAsync()
        {
            var data = Path.Combine(root, "data");
            var (program, address) = await ProgramProcess.StartAsync(data, StoreProgram.MasterKeySetting);
            await using (program)
            {
                using var client = StoreProgram.ClientOf(address);
                var (_, id) = await StoreProgram.CreateAsync(client);
                (await ProgramProcess.CommandAsync("backup", Path.Combine(root, "backup"), "--Data:Directory=" + data, StoreProgram.MasterKeySetting)).ExitCode.ShouldBe(0);
                await StoreProgram.ShellAsync(root, "cp data/salesos.db.mark earlier-mark; stat -c %s data/salesos.db-wal > wal-before");
                await StoreProgram.RevokeAsync(client, id!);
                await program.KillAsync();
            }

            var elsewhere = Path.Combine(root, "elsewhere");
            var (other, at) = await ProgramProcess.StartAsync(elsewhere, StoreProgram.MasterKeySetting);
            await using (other)
            {
                using var client = StoreProgram.ClientOf(at);
                for (var i = 0; i < 5; i++)
                {
                    await StoreProgram.CreateAsync(client);
                }

                (await other.TerminateAsync()).ShouldBe(0);
            }

            await StoreProgram.ShellAsync(root, "cp elsewhere/salesos.db other");
            await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(root, "nothing")};Pooling=False");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE t (x); DROP TABLE t";
            await command.ExecuteNonQueryAsync();
        }

        public Task CopyToAsync(string directory) => StoreProgram.ShellAsync(directory, $"cp -a '{root}/.' .");

        public ValueTask DisposeAsync()
        {
            Directory.Delete(root, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
