using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>A process that did not come to its end is noticed, and the database looked through before it is trusted.</summary>
[Trait("Speed", "Slow")]
public sealed class UncleanStopTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    private string LockFile => Path.Combine(directory, "salesos.db.lock");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Start_AfterAKill_LooksTheDatabaseThroughAndServes()
    {
        var (program, _) = await ProgramProcess.StartAsync(directory);
        await using (program)
        {
            await program.KillAsync();
        }

        new FileInfo(LockFile).Length.ShouldBeGreaterThan(0);
        (await LinesOfAStartAsync()).ShouldContain(line => line.Contains("did not come to its end", StringComparison.Ordinal));
        new FileInfo(LockFile).Length.ShouldBe(0, "it has stopped by itself since");
        (await LinesOfAStartAsync()).ShouldNotContain(line => line.Contains("did not come to its end", StringComparison.Ordinal));
    }

    /// <summary>EF Core would wait for ever for the lock that a killed start has left in the database.</summary>
    [Fact]
    public async Task Start_AfterAKillWhileTheSchemaWasChecked_Serves()
    {
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            await house.Database.WriteAsync(
                tenantId: null, db => db.Database.ExecuteSqlAsync($"INSERT INTO \"__EFMigrationsLock\" (\"Id\", \"Timestamp\") VALUES (1, '2026-11-28 09:41:22+00:00')"));
        }

        var (program, address) = await ProgramProcess.StartAsync(directory);
        await using (program)
        {
            using var client = new HttpClient { BaseAddress = address };
            (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Start_OnADamagedDatabaseAfterAKill_IsRefusedEveryTime()
    {
        await LinesOfAStartAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var file = Path.Combine(directory, "salesos.db");
        // Where start-up alone would not look, and no page that a migration has freed.
        var page = await RootPageAsync(file, "leads");
        var bytes = await File.ReadAllBytesAsync(file);
        Array.Fill(bytes, (byte)0x5A, (page - 1) * 4096, 4096);
        await File.WriteAllBytesAsync(file, bytes);
        await File.WriteAllTextAsync(LockFile, "Running");

        for (var i = 0; i < 2; i++)
        {
            var (code, output, errors) = await ProgramProcess.RunAsync("Development", "--Data:Directory=" + directory, "--urls=http://127.0.0.1:0");
            code.ShouldBe(1);
            output.ShouldBeEmpty();
            errors.ShouldHaveSingleItem().ShouldContain("is damaged");
            errors.Single().ShouldContain("restore FILE");
        }
    }

    private static async Task<int> RootPageAsync(string file, string table)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        // What stands in the write-ahead log would hide the damage.
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
        command.CommandText = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = $table";
        command.Parameters.AddWithValue("$table", table);
        return Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(DiskSpace.Least - 1, true, false)]
    [InlineData(DiskSpace.Least, false, true)]
    [InlineData(DiskSpace.Low - 1, false, true)]
    [InlineData(DiskSpace.Low, false, false)]
    public void Start_WithLittleRoomOnTheDisk_IsRefusedOrWarns(long free, bool refused, bool warned)
    {
        var log = new LogLines();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        var checks = new StartChecks(new DatabaseLocation("/data", "/data/salesos.db", "Data Source=/data/salesos.db"), factory.CreateLogger<StartChecks>());
        if (refused)
        {
            Should.Throw<StartupFaultException>(() => checks.DemandRoom(free)).Message.ShouldStartWith("Data:Directory: 15 MiB are free at /data");
        }
        else
        {
            checks.DemandRoom(free);
        }

        log.All.Any(line => line.Level == LogLevel.Warning && line.Text.Contains("MiB are free", StringComparison.Ordinal)).ShouldBe(warned);
    }

    [Fact]
    public void FreeSpace_OfAFolder_IsThatOfItsDisk() => DiskSpace.FreeAt(directory).ShouldBeGreaterThan(DiskSpace.Least);

    private async Task<IReadOnlyList<string>> LinesOfAStartAsync()
    {
        var log = new LogLines();
        await using (await RunningDashboard.StartAsync(directory: directory, configure: builder => builder.Logging.AddProvider(log)))
        {
        }

        return [.. log.All.Select(line => line.Text)];
    }
}
