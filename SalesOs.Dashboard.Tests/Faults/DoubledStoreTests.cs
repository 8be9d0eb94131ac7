using System.Globalization;
using System.Net;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee N4: by whatever name a second process comes to a database, it is refused; and the files are their owner's alone.</summary>
[Trait("Speed", "Long")]
public sealed class DoubledStoreTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    private string Data => Path.Combine(root, "data");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("the lock deleted", "rm data/salesos.db.lock", "data")]
    [InlineData("the lock replaced", "cp data/salesos.db.lock x; mv x data/salesos.db.lock", "data")]
    [InlineData("a hard link to the database", "mkdir second; ln data/salesos.db second/; cp data/master.key second/", "second")]
    [InlineData("a link to the database", "mkdir second; ln -s ../data/salesos.db second/; cp data/master.key second/", "second")]
    [InlineData("a link to the folder", "ln -s data second", "second")]
    [InlineData("the database moved to another folder", "mkdir second; mv data/* second/; rm second/*.lock", "second")]
    public async Task SecondProcess_OnTheSameDatabase_IsRefused(string how, string command, string directory)
    {
        var (program, address) = await ProgramProcess.StartAsync(Data);
        await using var running = program;
        using var client = StoreProgram.ClientOf(address);
        (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);

        await StoreProgram.ShellAsync(root, command);

        (await RunningDashboard.RefusedAsync(Path.Combine(root, directory))).ShouldContain("another process is running on the database", customMessage: how);
    }

    [Fact]
    public async Task Restore_BesideAProgramWhoseLockWasDeleted_IsRefused()
    {
        var (program, _) = await ProgramProcess.StartAsync(Data);
        await using var running = program;
        await StoreProgram.ShellAsync(root, "cp data/salesos.db backup; rm data/salesos.db.lock");

        var (code, _, errors) = await ProgramProcess.CommandAsync("restore", Path.Combine(root, "backup"), "--Data:Directory=" + Data);

        code.ShouldBe(1);
        errors.ShouldHaveSingleItem().ShouldContain("another process");
    }

    /// <summary>
    /// Closing any handle of a file drops the locks that SQLite holds on it in that process, so the program's own lock must keep its handle, and nothing else
    /// may open the file. <c>/proc/locks</c> tells.
    /// </summary>
    [Fact]
    public async Task Database_WhileTheProgramRuns_HasTheProgramsLockAndSqlites()
    {
        Assert.SkipUnless(File.Exists("/proc/locks"), "The system does not tell its locks.");
        var (program, address) = await ProgramProcess.StartAsync(Data);
        await using var running = program;
        using var client = StoreProgram.ClientOf(address);
        for (var i = 0; i < 3; i++)
        {
            (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);
            (await StoreProgram.ReadyAsync(client)).Status.ShouldBe(HttpStatusCode.OK);
        }

        await StoreProgram.ShellAsync(root, "stat -c %i data/salesos.db > inode");
        var inode = (await File.ReadAllTextAsync(Path.Combine(root, "inode"))).Trim();
        var pid = program.Id.ToString(CultureInfo.InvariantCulture);
        var locks = (await File.ReadAllLinesAsync("/proc/locks"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts[4] == pid && parts[5].EndsWith(':' + inode, StringComparison.Ordinal))
            .Select(parts => parts[1]).ToList();
        locks.ShouldContain(kind => kind == "FLOCK");
        locks.ShouldContain(kind => kind == "POSIX");
    }

    [Fact]
    public async Task Files_MadeOrFoundOpenToOthers_AreTheirOwnersAlone()
    {
        for (var i = 0; i < 2; i++)
        {
            var (program, address) = await ProgramProcess.StartAsync(Data);
            await using (program)
            {
                using var client = StoreProgram.ClientOf(address);
                (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created);
                File.GetUnixFileMode(Data).ShouldBe(OwnersFolder);
                foreach (var file in (string[])["", "-wal", "-shm", ".lock", ".mark"])
                {
                    File.GetUnixFileMode(Path.Combine(Data, "salesos.db" + file)).ShouldBe(OwnersFile, file);
                }

                await program.KillAsync();
            }

            await StoreProgram.ShellAsync(root, "chmod 755 data; chmod 644 data/salesos.db*");
        }
    }

    [Fact]
    public async Task Folder_OpenToOthersWhichIsNotTheProgramsOwn_IsWarnedOf()
    {
        var shared = Directory.CreateDirectory(Path.Combine(root, "shared")).FullName;
        await StoreProgram.ShellAsync(root, "chmod 755 shared");

        var (program, _) = await ProgramProcess.StartAsync(Data, $"--Database:ConnectionString=Data Source={shared}/salesos.db");
        await using var running = program;

        program.Output.ShouldContain(line => line.Contains(shared + " can be read or written by others", StringComparison.Ordinal));
        File.GetUnixFileMode(shared).ShouldNotBe(OwnersFolder);
    }

    [Fact]
    public async Task Directory_ReadOnly_IsCalledNotWritable()
    {
        await using var disk = await SmallDisk.MountAsync(mebibytes: 40);
        var (program, _) = await ProgramProcess.StartAsync(disk.Directory);
        await using (program)
        {
            (await program.TerminateAsync()).ShouldBe(0);
        }

        await disk.MakeReadOnlyAsync();

        var line = await RunningDashboard.RefusedAsync(disk.Directory);
        line.ShouldStartWith("Data:Directory: ");
        line.ShouldContain("is not writable");
        (await RunningDashboard.RefusedAsync(Path.Combine(disk.Directory, "below"))).ShouldContain("can't be made");
    }

    /// <summary>A first start that dies has served nobody: the key that it may have left is no reason to refuse the next one.</summary>
    [Fact]
    public async Task FirstStart_KilledAnywhere_IsFollowedByOneThatServes()
    {
        await Strace.DemandAsync();
        var dead = 0;
        foreach (var sync in FaultRun.Full ? (int[])[1, 2, 3, 4, 5, 6, 7, 8] : [3, 8])
        {
            var data = Path.Combine(root, sync.ToString(CultureInfo.InvariantCulture));
            dead += await ProgramProcess.DiesAtStartAsync(
                Strace.Starting("-e", "trace=fsync,fdatasync", "-e", string.Create(CultureInfo.InvariantCulture, $"inject=fsync,fdatasync:signal=KILL:when={sync}")), data) ? 1 : 0;

            var (program, address) = await ProgramProcess.StartAsync(data);
            await using var running = program;
            using var client = StoreProgram.ClientOf(address);
            (await StoreProgram.CreateAsync(client)).Status.ShouldBe(HttpStatusCode.Created, $"killed at sync {sync}");
        }

        dead.ShouldBeGreaterThan(0);
    }
}
