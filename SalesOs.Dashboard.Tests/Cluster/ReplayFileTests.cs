using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>What single use remembers across a restart, and what it does where that is gone.</summary>
public sealed class ReplayFileTests : IDisposable
{
    private const long Now = 1_800_000_000;
    private const int Window = 30;

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly TwoClocks clock = new(Now);
    private readonly LogLines log = new();
    private readonly ILoggerFactory logging;
    private readonly byte[] owner = RandomNumberGenerator.GetBytes(32);
    private bool isFirst = true;

    public ReplayFileTests() => logging = LoggerFactory.Create(builder => builder.AddProvider(log));

    private string File => Path.Combine(directory, "salesos.db.replays");

    /// <summary>As a kill leaves it: the pages that the kernel holds, copied while the memory that wrote them goes on.</summary>
    private string Killed => Path.Combine(directory, "killed");

    public void Dispose()
    {
        logging.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_AfterTheProcessBefore_KnowsWhatItAcceptedAndTakesAllElse(bool killed)
    {
        var before = Open();
        var accepted = Enumerable.Range(0, 1000).Select(i => (Signature: New(), Timestamp: Now - Window + (i % 61))).ToList();
        accepted.ForEach(a => before.Accept(a.Signature, a.Timestamp).ShouldBe(ReplayAnswer.New));
        var given = New();
        before.Accept(given, Now).ShouldBe(ReplayAnswer.New);
        before.Release(given, Now);

        using var after = Restart(before, killed);

        accepted.ForEach(a => after.Accept(a.Signature, a.Timestamp).ShouldBe(ReplayAnswer.Seen));
        after.Accept(given, Now).ShouldBe(ReplayAnswer.New, "it was given back");
        accepted.ForEach(a => after.Accept(New(), a.Timestamp).ShouldBe(ReplayAnswer.New));
        log.All.ShouldBeEmpty();
    }

    [Fact]
    public void Open_AgainAndAgain_KnowsAllAndGivesBackWhatHasLeftTheWindow()
    {
        var memory = Open();
        var accepted = new List<(UInt128 Signature, long Timestamp)>();
        for (var round = 0; round < 200; round++)
        {
            foreach (var (signature, timestamp) in accepted.Where(a => a.Timestamp >= clock.Seconds - Window))
            {
                memory.Accept(signature, timestamp).ShouldBe(ReplayAnswer.Seen);
            }

            for (var i = 0; i < 300; i++)
            {
                accepted.Add((New(), clock.Seconds + 25));
                memory.Accept(accepted[^1].Signature, accepted[^1].Timestamp).ShouldBe(ReplayAnswer.New);
            }

            memory.Dispose();
            clock.Pass(3);
            memory = Open();
        }

        memory.Dispose();
        new FileInfo(File).Length.ShouldBe(ReplayFile.Growth);
        log.All.ShouldBeEmpty();
    }

    [Fact]
    public void Open_MoreThanTheFileHad_GrowsIt()
    {
        var before = Open();
        var accepted = Enumerable.Range(0, 200_000).Select(_ => New()).ToList();
        accepted.ForEach(signature => before.Accept(signature, Now).ShouldBe(ReplayAnswer.New));

        using var after = Restart(before, killed: true);

        accepted.ForEach(signature => after.Accept(signature, Now).ShouldBe(ReplayAnswer.Seen));
        new FileInfo(File).Length.ShouldBe(2 * ReplayFile.Growth);
    }

    [Fact]
    public void Open_FirstOfAll_TakesEverythingAtOnce()
    {
        var memory = Open(anyKeys: false);
        memory.Accept(New(), Now - Window).ShouldBe(ReplayAnswer.New);
        memory.Dispose();
        log.All.ShouldBeEmpty();
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("emptied")]
    [InlineData("cut")]
    [InlineData("another's")]
    [InlineData("power cut")]
    public void Open_MemoryGone_KnowsThatItDoesNotKnowForOneWindow(string how)
    {
        var before = Open();
        var accepted = New();
        before.Accept(accepted, Now + Window).ShouldBe(ReplayAnswer.New);
        Lose(before, how);

        var after = Open();

        log.All.ShouldHaveSingleItem().Text.ShouldStartWith("The memory of single use is gone: ");
        for (var second = 0; second <= 2 * Window; second++)
        {
            after.Accept(accepted, Now + Window).ShouldBe(ReplayAnswer.Unknown);
            after.Accept(New(), clock.Seconds).ShouldBe(second <= Window ? ReplayAnswer.Unknown : ReplayAnswer.New);
            if (second == 10)
            {
                // A restart in between must not open it sooner, nor close it for longer.
                after.Dispose();
                after = Open();
            }

            clock.Pass(1);
        }

        after.Dispose();
        log.All.Count.ShouldBe(1);
    }

    [Fact]
    public void Open_AfterACleanStopAndAnotherBoot_KnowsAll()
    {
        var before = Open();
        var accepted = New();
        before.Accept(accepted, Now + Window).ShouldBe(ReplayAnswer.New);
        before.Dispose();
        OtherBoot();
        clock.Pass(20);
        clock.Boot();

        var after = Open();

        after.Accept(accepted, Now + Window).ShouldBe(ReplayAnswer.Seen);
        after.Accept(New(), clock.Seconds).ShouldBe(ReplayAnswer.New);
        after.Dispose();
        log.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(-100)]
    [InlineData(3600)]
    public void Open_ClockWasSetMeanwhile_TakesNothingTwiceAndNewOnesWithinOneWindow(int by)
    {
        var before = Open();
        var accepted = New();
        before.Accept(accepted, Now).ShouldBe(ReplayAnswer.New);
        before.Dispose();
        clock.Step(by);

        var after = Open();

        log.All.ShouldHaveSingleItem().Text.ShouldContain("The clock was set by");
        after.Accept(accepted, Now).ShouldBe(ReplayAnswer.Seen);
        clock.Pass(Window);
        after.Accept(New(), clock.Seconds).ShouldBe(ReplayAnswer.New);
        after.Dispose();
    }

    private static UInt128 New() => MemoryMarshal.Read<UInt128>(RandomNumberGenerator.GetBytes(16));

    /// <param name="anyKeys">Null: there are, unless it is the test's first.</param>
    private ReplayMemory Open(bool? anyKeys = null)
    {
        var memory = new ReplayMemory(Window, clock, logging.CreateLogger<ReplayMemory>(), capacity: 400_000);
        memory.Open(File, owner, anyKeys ?? !isFirst);
        isFirst = false;
        return memory;
    }

    private ReplayMemory Restart(ReplayMemory before, bool killed)
    {
        if (!killed)
        {
            before.Dispose();
            return Open();
        }

        CopyAsKilled();
        before.Dispose();
        System.IO.File.Move(Killed, File, overwrite: true);
        return Open();
    }

    private void CopyAsKilled()
    {
        using var process = System.Diagnostics.Process.Start("cp", [File, Killed]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private void Lose(ReplayMemory before, string how)
    {
        CopyAsKilled();
        before.Dispose();
        System.IO.File.Move(Killed, File, overwrite: true);
        switch (how)
        {
            case "deleted":
                System.IO.File.Delete(File);
                break;
            case "emptied":
                System.IO.File.WriteAllBytes(File, []);
                break;
            case "cut":
                using (var file = new FileStream(File, FileMode.Open))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            case "another's":
                RandomNumberGenerator.Fill(owner);
                break;
            case "power cut":
                OtherBoot();
                break;
        }
    }

    /// <summary>The file as one that was written on another boot of the machine.</summary>
    private void OtherBoot()
    {
        using var file = new FileStream(File, FileMode.Open);
        file.Position = 48;
        file.Write(RandomNumberGenerator.GetBytes(16));
    }
}
