using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee N9 while the program runs: whatever is done to the files under it, nothing is acknowledged that would be lost, and readiness is red at once.</summary>
[Trait("Speed", "Long")]
public sealed class TakenStoreTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    private string Data => Path.Combine(root, "data");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("deleted", "rm data/salesos.db data/salesos.db-wal data/salesos.db-shm")]
    [InlineData("the database's file alone deleted", "rm data/salesos.db")]
    [InlineData("renamed", "mv data/salesos.db data/salesos.db.old")]
    [InlineData("replaced by a copy of itself", "cp data/salesos.db copy; mv copy data/salesos.db")]
    [InlineData("replaced by an empty file", "rm data/salesos.db; touch data/salesos.db")]
    [InlineData("replaced by an older backup", "mv backup data/salesos.db")]
    [InlineData("overwritten by an older backup", "cp backup data/salesos.db")]
    [InlineData("overwritten by an older backup as long as it", "dd if=backup of=data/salesos.db conv=notrunc status=none")]
    [InlineData("emptied", ": > data/salesos.db")]
    [InlineData("turned to another by a link", "mv data/salesos.db elsewhere; ln -s ../backup data/salesos.db")]
    [InlineData("its write-ahead log deleted", "rm data/salesos.db-wal")]
    [InlineData("its write-ahead log cut to half", "truncate -s $(( $(stat -c %s data/salesos.db-wal) / 2 )) data/salesos.db-wal")]
    [InlineData("its shared memory deleted", "rm data/salesos.db-shm")]
    [InlineData("its lock deleted", "rm data/salesos.db.lock")]
    [InlineData("its mark deleted", "rm data/salesos.db.mark")]
    [InlineData("its directory moved away", "mv data moved")]
    [InlineData("its directory replaced by a copy", "mv data moved; cp -a moved data")]
    public async Task Store_TakenWhileTheProgramRuns_IsRedAtOnceAndTakesNoWrite(string how, string command)
    {
        using var log = new LogLines();
        await using var program = await StartAsync(builder => builder.Logging.AddProvider(log));
        using var client = StoreProgram.ClientOf(program.BaseAddress);
        (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);
        if (command.Contains("backup", StringComparison.Ordinal))
        {
            (await ProgramProcess.CommandAsync("backup", Path.Combine(root, "backup"), "--Data:Directory=" + Data)).ExitCode.ShouldBe(0);
        }

        (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);
        var (before, checks) = await StoreProgram.ReadyAsync(client);
        before.ShouldBe(HttpStatusCode.OK);
        checks.Values.ShouldAllBe(state => state == "ready");

        await StoreProgram.ShellAsync(root, command);

        var (status, after) = await StoreProgram.ReadyAsync(client);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable, how);
        after["database"].ShouldBe("unavailable");
        (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable, how);
        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        log.All.Count(line => line.Text.Contains("is not the file that was opened at the start, or somebody else", StringComparison.Ordinal)).ShouldBe(1, "one alarm");
    }

    [Fact]
    public async Task Store_PutBack_IsServedAgain()
    {
        Directory.CreateDirectory(Data);
        await using (var program = await StartAsync())
        {
            using var client = StoreProgram.ClientOf(program.BaseAddress);
            await StoreProgram.ShellAsync(root, "mv data moved");
            (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

            await StoreProgram.ShellAsync(root, "mv moved data");

            (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);
            (await StoreProgram.ReadyAsync(client)).Status.ShouldBe(HttpStatusCode.OK);
        }

        await using var again = await StartAsync();
        using var after = StoreProgram.ClientOf(again.BaseAddress);
        (await StoreProgram.ReadyAsync(after)).Status.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>The program still has open what was deleted, and a clean stop takes it into the database.</summary>
    [Fact]
    public async Task Store_WhoseWriteAheadLogIsDeletedAndWhichIsStopped_LosesNothingThatWasAcknowledged()
    {
        var (program, address) = await ProgramProcess.StartAsync(Data);
        await using var running = program;
        using var client = StoreProgram.ClientOf(address);
        var (_, id) = await StoreProgram.CreateAsync(client);
        await StoreProgram.RevokeAsync(client, id!);
        await StoreProgram.ShellAsync(root, "rm data/salesos.db-wal data/salesos.db-shm data/salesos.db.lock");

        (await program.TerminateAsync()).ShouldBe(0);

        await using var again = await StartAsync();
        using var after = StoreProgram.ClientOf(again.BaseAddress);
        (await after.GetStringAsync($"/v1/api-keys/{id}")).ShouldContain("\"revoked\"");
    }

    /// <summary>Tools that only read, and our own backup, are no reason for an alarm.</summary>
    [Fact]
    public async Task Store_ReadByOthers_StaysReady()
    {
        Directory.CreateDirectory(Data);
        var (program, address) = await ProgramProcess.StartAsync(Data);
        await using var running = program;
        using var client = StoreProgram.ClientOf(address);
        for (var i = 0; i < 2; i++)
        {
            await StoreProgram.ShellAsync(root, "cat data/* > /dev/null; rm -rf copy; cp -a data copy");
            (await ProgramProcess.CommandAsync("backup", Path.Combine(root, $"backup-{i}"), "--Data:Directory=" + Data)).ExitCode.ShouldBe(0);
            (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);
            (await StoreProgram.ReadyAsync(client)).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    private Task<RunningDashboard> StartAsync(Action<WebApplicationBuilder>? configure = null) =>
        RunningDashboard.StartAsync(configure: configure, directory: Data, settings: Platform.Setting);
}
