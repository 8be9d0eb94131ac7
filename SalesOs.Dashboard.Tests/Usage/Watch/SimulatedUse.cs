using System.Globalization;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

/// <summary>How a program uses its key, in hours of UTC.</summary>
public enum UseHabit
{
    /// <summary>All day, more by day than by night.</summary>
    Busy,
    OfficeHours,
    EveryNight,
    WeekdayNights,
    TwiceADay,
    EveryWeek,
    EveryMonth,

    /// <summary>Now and then, at no hour that could be named.</summary>
    Sparse,

    /// <summary>A few calls an hour, and at times hundreds.</summary>
    Bursty,

    /// <summary>Quiet all week but for an export.</summary>
    WeeklyExport,
}

/// <summary>One key with noise, made from a seed: jitter, runs that fail, a downtime, holidays, servers of a few blocks of addresses. Nothing that happens to it is worth a notice.</summary>
public sealed class SimulatedUse
{
    private static readonly HashSet<DateOnly> Holidays =
    [
        new(2026, 2, 16), new(2026, 2, 17), new(2026, 4, 3), new(2026, 4, 21), new(2026, 5, 1), new(2026, 6, 4), new(2026, 9, 7), new(2026, 10, 12), new(2026, 11, 2), new(2026, 11, 20), new(2026, 12, 25),
    ];

    private readonly Random random;
    private readonly int hour;
    private readonly DayOfWeek weekday;
    private readonly int dayOfMonth;
    private readonly double volume;
    private readonly int jitter;
    private readonly bool rests;
    private readonly string[] blocks;
    private readonly DateTimeOffset down;
    private readonly TimeSpan downFor;
    private int waiting;

    /// <param name="start">When its 90 days begin.</param>
    public SimulatedUse(int seed, DateTimeOffset start)
    {
        random = new Random(seed);
        Habit = (UseHabit)(seed % Enum.GetValues<UseHabit>().Length);
        (hour, weekday, dayOfMonth) = (random.Next(24), (DayOfWeek)random.Next(7), random.Next(1, 29));
        volume = Math.Exp(random.NextDouble() * 3);
        jitter = random.Next(4) == 0 ? 2 : 1;
        rests = random.Next(2) == 0;
        blocks = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => string.Create(CultureInfo.InvariantCulture, $"10.{seed}.{i}."))];
        down = start.AddHours(random.NextDouble() * 90 * 24);
        // A key that is used all the time and is not for half a day is rightly called silent.
        downFor = TimeSpan.FromHours(random.Next(Habit is UseHabit.Busy or UseHabit.OfficeHours or UseHabit.Bursty or UseHabit.WeeklyExport ? 3 : 12));
    }

    public UseHabit Habit { get; }

    /// <summary>Requests in the hour that begins then.</summary>
    public int In(DateTimeOffset at)
    {
        var due = Due(at);
        if (at >= down && at < down + downFor)
        {
            // What matters is made up for.
            waiting += Habit is UseHabit.EveryWeek or UseHabit.EveryMonth ? due : 0;
            return 0;
        }

        (due, waiting) = (due + waiting, 0);
        return due;
    }

    /// <summary>From one of its servers, whose last number changes.</summary>
    public string Address() => blocks[random.Next(blocks.Length)] + random.Next(1, 255).ToString(CultureInfo.InvariantCulture);

    private int Due(DateTimeOffset at)
    {
        var date = DateOnly.FromDateTime(at.Date);
        // A run that is late by an hour is drawn for each day anew, but the same for all its hours.
        var run = (hour + new Random((hour * 1_000_000) + date.DayNumber).Next(jitter)) % 24;
        return Habit switch
        {
            UseHabit.Busy => Poisson(volume * (1 + Math.Sin((at.Hour - 8) * Math.PI / 12) * 0.8) * 2),
            UseHabit.OfficeHours => Works(date) && at.Hour is >= 9 and < 18 ? Poisson(volume * 3) : 0,
            UseHabit.EveryNight => at.Hour == run && random.Next(150) > 0 ? Poisson(volume * 20) : 0,
            UseHabit.WeekdayNights => at.Hour == run && Works(date) ? Poisson(volume * 20) : 0,
            UseHabit.TwiceADay => at.Hour % 12 == run % 12 ? Poisson(volume * 10) : 0,
            UseHabit.EveryWeek => date.DayOfWeek == weekday && at.Hour == run ? Poisson(volume * 40) : 0,
            UseHabit.EveryMonth => date.Day == dayOfMonth && at.Hour == run ? Poisson(volume * 60) : 0,
            UseHabit.Sparse => Poisson(0.15),
            UseHabit.Bursty => random.Next(40) == 0 ? Poisson(volume * 40) : Poisson(volume),
            UseHabit.WeeklyExport => Poisson(volume) + (date.DayOfWeek == weekday && at.Hour == run ? Poisson(volume * 60) : 0),
            _ => throw new InvalidOperationException("A habit without hours."),
        };
    }

    private bool Works(DateOnly date) => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !(rests && Holidays.Contains(date));

    private int Poisson(double mean)
    {
        if (mean > 60)
        {
            var (one, two) = (1 - random.NextDouble(), random.NextDouble());
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Math.Sqrt(-2 * Math.Log(one)) * Math.Cos(2 * Math.PI * two))));
        }

        var (count, product) = (0, random.NextDouble());
        for (var least = Math.Exp(-mean); product > least; product *= random.NextDouble())
        {
            count++;
        }

        return count;
    }
}
