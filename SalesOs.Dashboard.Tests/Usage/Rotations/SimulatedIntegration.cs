using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Usage.Rotations;

/// <summary>How a program calls, in hours of UTC.</summary>
public enum Habit
{
    EveryMinute,
    EveryHour,
    OfficeHours,
    TwiceADay,
    EveryNight,
    NightsButSunday,
    WeekdayNights,
    EveryWeek,
    EverySecondWeek,
    FixedDayOfMonth,
    LastWorkingDay,
    FirstWorkingDay,
    ThreeDaysAtMonthEnd,
    NowAndThen,
}

/// <summary>One program that calls with the old key, until it is given the new one.</summary>
/// <param name="Moves">When it is given the new key.</param>
/// <param name="Back">It is rolled back to the old key after that long, for a day; null: it is not.</param>
public sealed record SimulatedCaller(Habit Habit, string Route, string Program, string Address, IReadOnlyList<DateTimeOffset> Calls, DateTimeOffset Moves, TimeSpan? Back)
{
    public bool CallsOld(DateTimeOffset at) => at < Moves || (Back is { } back && at >= Moves + back && at < Moves + back + TimeSpan.FromDays(1));
}

/// <summary>A key of 1–4 programs and its rotation, made from a seed. No program hides behind another one: by route, program or address each can be told.</summary>
public sealed class SimulatedIntegration
{
    private const double Days = 200;

    private static readonly HashSet<DateOnly> Holidays =
    [
        new(2026, 1, 1), new(2026, 2, 16), new(2026, 2, 17), new(2026, 2, 18), new(2026, 4, 3), new(2026, 4, 21), new(2026, 5, 1), new(2026, 6, 4), new(2026, 9, 7), new(2026, 10, 12),
        new(2026, 11, 2), new(2026, 11, 20), new(2026, 12, 25), new(2027, 1, 1), new(2027, 2, 8), new(2027, 2, 9), new(2027, 2, 10), new(2027, 3, 26), new(2027, 4, 21), new(2027, 5, 27),
    ];

    private readonly Random random;
    private readonly List<(DateTimeOffset At, SimulatedCaller Caller)> calls;

    public SimulatedIntegration(int seed)
    {
        random = new Random(seed);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(random.Next(300));
        // An address alone tells a program from others only once it has been there for some of its cycles.
        var onlyAddresses = random.Next(4) == 0;
        var history = onlyAddresses || random.Next(2) == 0 ? random.Next(100, 130) : random.Next(3, 70);
        Rotated = start.AddDays(history).AddMinutes(random.Next(1440));
        Callers = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => CallerOf(i, start, history, onlyAddresses))];
        calls = [.. Callers.SelectMany(c => c.Calls.Where(c.CallsOld).Select(at => (at, c))).OrderBy(c => c.at)];
    }

    public DateTimeOffset Rotated { get; }

    public IReadOnlyList<SimulatedCaller> Callers { get; }

    /// <summary>Each silence of the old key of a day or more after the rotation that somebody ended, with what was known just before.</summary>
    public IEnumerable<(DateTimeOffset Since, DateTimeOffset Back, Func<int, Drain> Known)> EndedSilences()
    {
        for (var i = 1; i < calls.Count; i++)
        {
            var (since, back) = (calls[i - 1].At, calls[i].At);
            if (back > Rotated && back - since >= Strand.Shortest)
            {
                var known = i;
                yield return (since, back, cycles => KnownAt(known, back.AddMilliseconds(-1), cycles));
            }
        }
    }

    /// <summary>What is known when the last one has moved; null: somebody has not called with the new key yet.</summary>
    public Drain? AtTheEnd(int cycles) => calls.Count > 0 && Callers.All(c => HasMoved(c, DateTimeOffset.MaxValue)) ? KnownAt(calls.Count, DateTimeOffset.MaxValue, cycles) : null;

    private bool HasMoved(SimulatedCaller caller, DateTimeOffset now) => caller.Calls.Any(at => at > Rotated && at <= now && !caller.CallsOld(at));

    /// <param name="count">Of the calls with the old key, those so far.</param>
    private Drain KnownAt(int count, DateTimeOffset now, int cycles)
    {
        var last = calls[count - 1].At;
        var oldest = (now == DateTimeOffset.MaxValue ? last : now) - Rhythm.Span;
        var recent = calls.Take(count).Where(c => c.At >= oldest).ToList();
        var moved = Callers.Where(c => HasMoved(c, now)).ToList();
        List<Strand> strands =
        [
            .. recent.GroupBy(c => c.Caller.Route, StringComparer.Ordinal).Select(route => Strand.OfRoute(route.Key, route.Select(c => HourOf(c.At)).Distinct(), moved.Exists(c => c.Route == route.Key))),
        ];
        var rows = calls.Take(count).GroupBy(c => (c.Caller.Program, c.Caller.Address)).Select(row => (row.Key, First: row.First().At, Last: row.Last().At, Longest: LongestOf([.. row.Select(c => c.At)]))).Where(row => row.Last >= oldest).ToList();
        strands.AddRange(rows.GroupBy(r => r.Key.Program, StringComparer.Ordinal).Select(p => new Strand(
            StrandKind.Program, p.Key, p.Min(r => r.First), p.Max(r => r.Last), p.Max(r => r.Longest), Silences: null, moved.Exists(c => c.Program == p.Key))));
        strands.AddRange(rows.Where(r => r.Longest is not null).Select(r => new Strand(StrandKind.Caller, $"{r.Key}", r.First, r.Last, r.Longest, Silences: null, HasMoved: false)));
        return new Drain(strands, new KeySilence(last, last, new Rhythm(recent.Select(c => c.At.ToUnixTimeSeconds()))), moved.Count > 0, TimeSpan.Zero, cycles);
    }

    private static TimeSpan? LongestOf(IReadOnlyList<DateTimeOffset> calls)
    {
        var longest = calls.Zip(calls.Skip(1), (one, next) => next - one).DefaultIfEmpty(TimeSpan.Zero).Max();
        return longest >= TimeSpan.FromHours(1) ? longest : null;
    }

    private static long HourOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600 * 3600;

    private SimulatedCaller CallerOf(int index, DateTimeOffset start, int history, bool onlyAddresses)
    {
        var habit = (Habit)random.Next(Enum.GetValues<Habit>().Length);
        var byRoute = !onlyAddresses && random.Next(2) == 0;
        var calls = CallsOf(habit, start).Where(at => at >= start).Order().ToList();
        // Some programs are given the new key at once, others days later, and the straggler not before the end of all.
        var moves = random.Next(4) == 0 ? DateTimeOffset.MaxValue.AddDays(-9) : start.AddDays(history + (random.NextDouble() * random.Next(1, 45)));
        return new SimulatedCaller(
            habit,
            byRoute ? $"GET /v1/leads/{index}" : "GET /v1/leads",
            byRoute || onlyAddresses ? "sync" : $"sync-{index}",
            onlyAddresses ? $"198.51.100.{index}" : "198.51.100.1",
            calls,
            moves,
            random.Next(5) == 0 ? TimeSpan.FromHours(random.Next(2, 22)) : null);
    }

    /// <summary>One call for each hour in which it calls: more of them tell nothing more.</summary>
    private IEnumerable<DateTimeOffset> CallsOf(Habit habit, DateTimeOffset start)
    {
        var (hour, jitter, weekday, dayOfMonth) = (random.Next(24), random.Next(1, 55), (DayOfWeek)random.Next(7), random.Next(1, 29));
        var restsAtChristmas = random.Next(2) == 0;
        // Once in its life it is down for up to twenty hours, or a run fails.
        var down = start.AddHours(random.NextDouble() * Days * 24);
        var downFor = TimeSpan.FromHours(random.Next(21));
        var asleepUntil = 0;
        for (var day = 0; day < Days; day++)
        {
            var date = DateOnly.FromDateTime(start.AddDays(day).Date);
            if (habit == Habit.NowAndThen && day >= asleepUntil && random.Next(3) == 0)
            {
                asleepUntil = day + random.Next(1, day < 10 ? 10 : 9);
            }

            IEnumerable<int> hours = habit switch
            {
                Habit.EveryMinute or Habit.EveryHour => Enumerable.Range(0, 24),
                Habit.OfficeHours => Works(date, restsAtChristmas) ? Enumerable.Range(9, 10) : [],
                Habit.TwiceADay => [hour % 12, (hour % 12) + 12],
                Habit.EveryNight => [hour],
                Habit.NightsButSunday => date.DayOfWeek == DayOfWeek.Sunday ? [] : [hour],
                Habit.WeekdayNights => Works(date, restsAtChristmas) ? [hour] : [],
                Habit.EveryWeek => date.DayOfWeek == weekday && (weekday is DayOfWeek.Saturday or DayOfWeek.Sunday || Works(date, restsAtChristmas)) ? [hour] : [],
                Habit.EverySecondWeek => date.DayOfWeek == weekday && date.DayNumber / 7 % 2 == 0 ? [hour] : [],
                Habit.FixedDayOfMonth => date.Day == dayOfMonth ? [hour] : [],
                Habit.LastWorkingDay => date == LastWorkingDay(date) ? [hour] : [],
                Habit.FirstWorkingDay => date == FirstWorkingDay(date) ? [hour] : [],
                Habit.ThreeDaysAtMonthEnd => date.AddDays(3).Month != date.Month ? Enumerable.Range(0, 24) : [],
                Habit.NowAndThen => day >= asleepUntil ? Enumerable.Range(10, 6) : [],
                _ => throw new ArgumentOutOfRangeException(nameof(habit), habit, "A habit without hours."),
            };
            foreach (var at in hours.Select(h => new DateTimeOffset(date, new TimeOnly(h, 0), TimeSpan.Zero).AddMinutes(random.Next(jitter))))
            {
                if (at < down || at >= down + downFor)
                {
                    yield return at;
                }
                else if (habit >= Habit.EveryWeek)
                {
                    // A run that matters is made up for.
                    yield return down + downFor;
                }
            }
        }
    }

    private static bool Works(DateOnly date, bool restsAtChristmas) =>
        date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.Contains(date) && !(restsAtChristmas && date is { Month: 12, Day: >= 24 });

    private static DateOnly LastWorkingDay(DateOnly date)
    {
        var last = new DateOnly(date.Year, date.Month, DateTime.DaysInMonth(date.Year, date.Month));
        while (!Works(last, restsAtChristmas: false))
        {
            last = last.AddDays(-1);
        }

        return last;
    }

    private static DateOnly FirstWorkingDay(DateOnly date)
    {
        var first = new DateOnly(date.Year, date.Month, 1);
        while (!Works(first, restsAtChristmas: false))
        {
            first = first.AddDays(1);
        }

        return first;
    }
}
