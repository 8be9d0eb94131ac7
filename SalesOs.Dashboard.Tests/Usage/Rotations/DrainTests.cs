using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Usage.Rotations;

public class DrainTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Drained_InSimulatedIntegrations_IsNeverSaidWhileAStragglerIsAlive() => Simulate(200);

    [Fact]
    [Trait("Speed", "Long")]
    public void Drained_InAThousandSimulatedIntegrations_IsNeverSaidWhileAStragglerIsAlive() => Simulate(1000);

    /// <summary>
    /// Programs that call every minute to once a month, with jitter, weekdays, month ends, holidays and downtimes; some are given the new key late, some never, some go back to the old one. Whenever
    /// somebody calls with the old key after a silence, it must not have been called drained before.
    /// </summary>
    private static void Simulate(int integrations)
    {
        var judged = new Judged[integrations];
        Parallel.For(0, judged.Length, seed => judged[seed] = Judge(seed + 1));
        var waits = judged.Select(j => j.Wait).OfType<double>().Order().ToList();
        var (byDay, byPercentile) = (judged.Count(j => j.ByDay), judged.Count(j => j.ByPercentile));

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"drained while a straggler is alive: {judged.Count(j => j.Wrong is not null)}; by 24 hours {byDay}; by the 95th percentile {byPercentile}. Of {waits.Count} that all have moved: within 2 days {waits.Count(w => w <= 2)}, within 30 {waits.Count(w => w <= 30)}, median {waits[waits.Count / 2]:F1}, longest {waits[^1]:F1} days.");
        judged.Select(j => j.Wrong).OfType<string>().ShouldBeEmpty();
        byDay.ShouldBeGreaterThan(integrations / 2, "the control finds what the rule avoids");
        byPercentile.ShouldBeGreaterThan(integrations / 4, "and so does the percentile alone");
        waits.Count(w => w <= 30).ShouldBeGreaterThan(waits.Count / 2, "the rule is of use");
    }

    private static Judged Judge(int seed)
    {
        var integration = new SimulatedIntegration(seed);
        var judged = new Judged(Wrong: null, ByDay: false, ByPercentile: false, Wait: null);
        foreach (var (since, back, known) in integration.EndedSilences())
        {
            var drain = known(1);
            if (drain.IsDrained(back))
            {
                judged = judged with
                {
                    Wrong = $"{seed}: {string.Join(", ", integration.Callers.Select(c => $"{c.Habit} {c.Route} {c.Program} {c.Address}"))}: silent since {since:u}, drained from {drain.From:u}, back {back:u}",
                };
            }

            judged = judged with { ByDay = true, ByPercentile = judged.ByPercentile || drain.Silence.IsQuiet(back) };
        }

        return integration.AtTheEnd(1) is { } end ? judged with { Wait = (end.From - end.Silence.SilentSince).TotalDays } : judged;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(24, 3)]
    [InlineData(72, 17)]
    [InlineData(168, 21)]
    [InlineData(31 * 24, 62)]
    public void Strand_WithAUsualSilence_IsExpectedForThatAndSomeMore(int hours, int days) => Of(hours, 1).Needed(1).ShouldBe(TimeSpan.FromDays(days));

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(24, 2, 4)]
    [InlineData(24, 5, 7)]
    [InlineData(168, 3, 35)]
    public void Strand_OfSeveralCycles_IsWaitedForThatLong(int hours, int cycles, int days) => Of(hours, cycles).Needed(cycles).ShouldBe(TimeSpan.FromDays(days));

    [Theory]
    [InlineData(false, 35)]
    [InlineData(true, 7)]
    public void Strand_ThatIsKnownForLessThanAMonth_MayComeOnceAMonthUnlessItHasMoved(bool hasMoved, int days) =>
        Strand.OfRoute("GET /v1/leads", [0, 3600, 7200], hasMoved).Needed(1).ShouldBe(TimeSpan.FromDays(days));

    [Fact]
    public void Drain_BeforeTheNewKeyIsInUse_IsNone()
    {
        var drain = new Drain([Of(1, 1)], SilenceFor(TimeSpan.FromDays(40)), IsTakenOver: false, TimeSpan.Zero, 1);

        drain.IsDrained(Now).ShouldBeFalse("silence without the new key is an outage");
        (drain with { IsTakenOver = true }).IsDrained(Now).ShouldBeTrue();
    }

    [Fact]
    public void Drain_WhileTheProgramWasAway_CountsOnlyWhatItCouldHear()
    {
        var drain = new Drain([], SilenceFor(TimeSpan.FromDays(8)), IsTakenOver: true, TimeSpan.Zero, 1);

        drain.IsDrained(Now).ShouldBeTrue();
        (drain with { Unwatched = TimeSpan.FromDays(2) }).IsDrained(Now).ShouldBeFalse();
        (drain with { Unwatched = TimeSpan.FromHours(23) }).IsDrained(Now).ShouldBeTrue();
    }

    [Fact]
    public void Drain_OfAKey_WaitsForTheSlowestOfItsUses()
    {
        var monthly = Strand.OfRoute("GET /v1/reports", [At(91), At(60), At(29)], hasMoved: true);
        var drain = new Drain([Of(1, 1), monthly], SilenceFor(TimeSpan.FromDays(20)), IsTakenOver: true, TimeSpan.Zero, 1);

        drain.IsDrained(Now).ShouldBeFalse();
        drain.Expected(Now).ShouldBe([monthly]);
        drain.From.ShouldBe(monthly.DrainedFrom(1));
        drain.Progress(Now).ShouldBeInRange(0.3, 0.5);

        static long At(int daysAgo) => Now.AddDays(-daysAgo).ToUnixTimeSeconds();
    }

    /// <param name="Wrong">Somebody called with the old key after it was called drained.</param>
    /// <param name="ByDay">Somebody called after 24 hours of silence.</param>
    /// <param name="Wait">Days from the last call with the old key until it is drained, where all have moved.</param>
    private sealed record Judged(string? Wrong, bool ByDay, bool ByPercentile, double? Wait);

    private static KeySilence SilenceFor(TimeSpan span) => new(Now - span, Now - span, new Rhythm([]));

    /// <summary>Known for long, used every so many hours.</summary>
    private static Strand Of(int hours, int cycles) => new(StrandKind.Route, $"GET /v1/leads ({cycles})", Now.AddDays(-140), Now.AddDays(-50), TimeSpan.FromHours(hours), 90 * 24 / hours, HasMoved: true);
}
