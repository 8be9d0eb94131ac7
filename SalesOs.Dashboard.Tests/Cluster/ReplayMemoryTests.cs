using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Cluster;

public sealed class ReplayMemoryTests : IDisposable
{
    private const long Now = 1_800_000_000;
    private const int Window = 30;

    private readonly TwoClocks clock = new(Now);
    private readonly LogLines log = new();
    private readonly ILoggerFactory logging;
    private readonly ReplayMemory memory;

    public ReplayMemoryTests()
    {
        logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        memory = Make();
    }

    public void Dispose()
    {
        memory.Dispose();
        logging.Dispose();
    }

    [Fact]
    public void Accept_SameSignatureWithinTheWindow_IsSeenUntilItsTimestampHasLeft()
    {
        var signature = New();
        memory.Accept(signature, Now + Window).ShouldBe(ReplayAnswer.New);
        for (var at = 0; at <= 2 * Window; at++)
        {
            memory.Accept(signature, Now + Window).ShouldBe(ReplayAnswer.Seen);
            clock.Pass(1);
        }
    }

    [Fact]
    public void Accept_ManyThreadsOneSignature_IsNewOnce()
    {
        var signature = New();
        var answers = new ReplayAnswer[64];
        Parallel.For(0, answers.Length, i => answers[i] = memory.Accept(signature, Now));
        answers.Count(a => a == ReplayAnswer.New).ShouldBe(1);
    }

    [Fact]
    public void Accept_Full_RefusesUntilTheOldHaveLeftTheWindow()
    {
        using var small = Make(capacity: 2);
        small.Accept(New(), Now).ShouldBe(ReplayAnswer.New);
        small.Accept(New(), Now).ShouldBe(ReplayAnswer.New);
        clock.Pass(Window);
        small.Accept(New(), clock.Seconds).ShouldBe(ReplayAnswer.Full);
        clock.Pass(3);
        small.Accept(New(), clock.Seconds).ShouldBe(ReplayAnswer.New);
    }

    [Fact]
    public void Release_FailedRequest_CanBeSentAgain()
    {
        var signature = New();
        memory.Accept(signature, Now).ShouldBe(ReplayAnswer.New);
        memory.Release(signature, Now);
        memory.Accept(signature, Now).ShouldBe(ReplayAnswer.New);
        memory.Accept(signature, Now).ShouldBe(ReplayAnswer.Seen);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(-100)]
    [InlineData(-20)]
    [InlineData(3600)]
    public void Accept_AfterTheClockWasSet_TakesNewOnesWithinOneWindowAndTellsTheStep(int by)
    {
        WriteForMinutes(10);

        clock.Step(by);

        var closed = 0;
        while (memory.Accept(New(), clock.Seconds) != ReplayAnswer.New)
        {
            memory.SecondsClosed().ShouldBeInRange(1, Window + 1);
            clock.Pass(1);
            (++closed).ShouldBeLessThanOrEqualTo(Window);
        }

        log.All.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Warning);
        log.All.Single().Text.ShouldContain($"The clock was set by {by} s");
    }

    /// <summary>What was accepted up to three windows and a half before is still there or refused, whatever the step.</summary>
    [Theory]
    [InlineData(-100)]
    [InlineData(-60)]
    [InlineData(-10)]
    [InlineData(-2)]
    public void Accept_AfterASmallStepBack_TakesNothingASecondTime(int by)
    {
        var accepted = WriteForMinutes(10);

        clock.Step(by);

        ShouldTakeNoneOf(accepted, seconds: 300);
    }

    [Fact]
    public void Accept_AfterAStepAheadAndBack_TakesNothingASecondTimeAndNewOnesAtOnce()
    {
        var accepted = WriteForMinutes(3);
        clock.Step(3600);
        var ahead = WriteForMinutes(1);
        clock.Step(-3600);

        memory.Accept(New(), clock.Seconds).ShouldBe(ReplayAnswer.New);
        ShouldTakeNoneOf([.. accepted, .. ahead], seconds: 3900);
        log.All.Count.ShouldBe(2);
    }

    [Fact]
    public void Accept_AfterBothClocksWereSetAheadAndBack_TakesNewOnesWithinOneWindow()
    {
        WriteForMinutes(3);
        clock.StepBoth(3600);
        WriteForMinutes(1);

        clock.StepBoth(-3600);

        memory.Accept(New(), clock.Seconds);
        clock.Pass(Window);
        memory.Accept(New(), clock.Seconds).ShouldBe(ReplayAnswer.New);
        log.All.ShouldNotBeEmpty();
    }

    [Fact]
    public void Look_ClockSlewedByHalfAPerMille_SeesNoStep()
    {
        for (var i = 0; i < 4000; i++)
        {
            clock.Pass(1);
            clock.Step(i % 2 == 0 ? 0.0005 : -0.0005);
            memory.Look();
        }

        log.All.ShouldBeEmpty();
    }

    private static UInt128 New() => MemoryMarshal.Read<UInt128>(RandomNumberGenerator.GetBytes(16));

    private ReplayMemory Make(int capacity = 100_000) => new(Window, clock, logging.CreateLogger<ReplayMemory>(), capacity);

    /// <summary>Three clients write each second, one of them 25 s ahead and one 25 s behind.</summary>
    private List<(UInt128 Signature, long Timestamp)> WriteForMinutes(int minutes)
    {
        var accepted = new List<(UInt128 Signature, long Timestamp)>();
        for (var i = 0; i < 60 * minutes; i++)
        {
            foreach (var skew in (int[])[-25, 0, 25])
            {
                var signature = New();
                memory.Accept(signature, clock.Seconds + skew).ShouldBe(ReplayAnswer.New);
                accepted.Add((signature, clock.Seconds + skew));
            }

            clock.Pass(1);
        }

        return accepted;
    }

    /// <summary>Sends again, second by second, all that the window lets through.</summary>
    private void ShouldTakeNoneOf(List<(UInt128 Signature, long Timestamp)> accepted, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            foreach (var (signature, timestamp) in accepted.Where(a => Math.Abs(a.Timestamp - clock.Seconds) <= Window))
            {
                memory.Accept(signature, timestamp).ShouldNotBe(ReplayAnswer.New, $"{clock.Seconds - timestamp} s old, {i} s after the step");
            }

            clock.Pass(1);
        }
    }
}
