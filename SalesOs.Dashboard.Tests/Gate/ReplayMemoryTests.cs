using System.Security.Cryptography;
using SalesOs.Dashboard.Gate;

namespace SalesOs.Dashboard.Tests.Gate;

public class ReplayMemoryTests
{
    private const long Now = 1_800_000_000;

    private static readonly byte[] Signature = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Accept_SameSignatureWithinTheWindow_IsSeenUntilItsTimestampHasLeft()
    {
        var memory = Make();
        memory.Accept(Signature, Now + 30, Now).ShouldBe(ReplayAnswer.New);
        for (var at = Now; at <= Now + 60; at++)
        {
            memory.Accept(Signature, Now + 30, at).ShouldBe(ReplayAnswer.Seen);
        }
    }

    [Fact]
    public void Accept_ManyThreadsOneSignature_IsNewOnce()
    {
        var memory = Make();
        var answers = new ReplayAnswer[64];
        Parallel.For(0, answers.Length, i => answers[i] = memory.Accept(Signature, Now, Now));
        answers.Count(a => a == ReplayAnswer.New).ShouldBe(1);
    }

    [Fact]
    public void Accept_Full_RefusesUntilTheOldHaveLeftTheWindow()
    {
        var memory = Make(capacity: 2);
        memory.Accept(RandomNumberGenerator.GetBytes(32), Now, Now).ShouldBe(ReplayAnswer.New);
        memory.Accept(RandomNumberGenerator.GetBytes(32), Now, Now).ShouldBe(ReplayAnswer.New);
        memory.Accept(Signature, Now + 30, Now + 30).ShouldBe(ReplayAnswer.Full);
        memory.Accept(Signature, Now + 31, Now + 31).ShouldBe(ReplayAnswer.New);
    }

    [Fact]
    public void Release_FailedRequest_CanBeSentAgain()
    {
        var memory = Make();
        memory.Accept(Signature, Now, Now).ShouldBe(ReplayAnswer.New);
        memory.Release(Signature, Now);
        memory.Accept(Signature, Now, Now).ShouldBe(ReplayAnswer.New);
        memory.Accept(Signature, Now, Now).ShouldBe(ReplayAnswer.Seen);
    }

    [Fact]
    public void Accept_ClockJumpedBackBeyondTheMemory_FailsClosed()
    {
        var memory = Make();
        memory.Accept(Signature, Now, Now).ShouldBe(ReplayAnswer.New);
        memory.Accept(Signature, Now - 62, Now - 62).ShouldBe(ReplayAnswer.Full);
    }

    [Theory]
    [InlineData(0, Now)]
    [InlineData(1, Now + 1)]
    [InlineData(999, Now + 1)]
    public void StartedAt_IsTheFirstWholeSecondThatNoEarlierProcessCanHaveSeen(int milliseconds, long expected) =>
        new ReplayMemory(30, DateTimeOffset.FromUnixTimeMilliseconds((Now * 1000) + milliseconds), 10).StartedAt.ShouldBe(expected);

    private static ReplayMemory Make(int capacity = 1000) => new(30, DateTimeOffset.FromUnixTimeSeconds(Now - 100), capacity);
}
