using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Persistence;

public class PeriodicJobTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Start_OnceItIsDone_CountsTheTimeOfTheFirstRound()
    {
        var clock = new CountingClock();
        using var job = new CountedRounds(clock);

        var starting = job.StartAsync(TestContext.Current.CancellationToken);
        // Before a thread may have been found for the job.
        clock.Timers.ShouldBe(1);
        clock.Advance(Every);

        await starting;
        await job.FirstRound;
        await job.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Round_ThatFails_IsToldOfAndFollowedByTheNext()
    {
        var clock = new FakeTimeProvider();
        using var job = new CountedRounds(clock, failing: true);
        await job.StartAsync(TestContext.Current.CancellationToken);

        clock.Advance(Every);
        await job.FirstRound;
        clock.Advance(Every);
        await job.SecondRound;

        await job.StopAsync(TestContext.Current.CancellationToken);
        job.Faults.ShouldBe(2);
    }

    /// <summary>As where the program's start is refused.</summary>
    [Fact]
    public async Task Dispose_WithoutAStop_EndsTheJob()
    {
        var job = new CountedRounds(new FakeTimeProvider());
        await job.StartAsync(TestContext.Current.CancellationToken);

        job.Dispose();

        // Or it is cancelled before it began.
        await job.ExecuteTask!.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        job.ExecuteTask.IsFaulted.ShouldBeFalse();
    }

    private sealed class CountingClock : FakeTimeProvider
    {
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed class CountedRounds(TimeProvider clock, bool failing = false) : PeriodicJob(Every, clock)
    {
        private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource second = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task FirstRound => first.Task;

        public Task SecondRound => second.Task;

        public int Faults { get; private set; }

        protected override Task RoundAsync(CancellationToken cancellationToken)
        {
            if (!first.TrySetResult())
            {
                second.TrySetResult();
            }

            return failing ? throw new InvalidOperationException("A round that fails.") : Task.CompletedTask;
        }

        protected override void Failed(Exception fault) => Faults++;
    }
}
