namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>When an integration calls, in the hours of São Paulo.</summary>
internal enum Rhythm
{
    /// <summary>People at work: weekdays from eight to seven, a dent at noon, little on Saturdays.</summary>
    Office,

    /// <summary>People looking for a home: evenings and weekends above all.</summary>
    Visitors,

    /// <summary>One run each night, and none on Sundays.</summary>
    Nightly,

    /// <summary>A program that asks around the clock.</summary>
    Steady,
}

/// <param name="PerHour">Requests in a usual hour.</param>
/// <param name="Routes">As they are mapped, the most frequent first: each gets about half of what the ones before have left.</param>
/// <param name="Growth">By how much it grows (or, negative, falls) in 90 days, as a part of itself.</param>
/// <param name="Until">Days ago when it fell silent; 0: it has not.</param>
/// <param name="Since">Days ago when it began; null: with its key.</param>
/// <param name="Faulty">The part that its routes answer with a 4xx.</param>
internal sealed record DemoTraffic(
    double PerHour, Rhythm Rhythm, string[] Routes, string[] Addresses, string Agent, double Growth = 0, double Until = 0, double? Since = null, double Faulty = 0.006)
{
    private static readonly TimeSpan SaoPaulo = TimeSpan.FromHours(-3);

    /// <summary>Requests to be expected in the hour around <paramref name="time"/>.</summary>
    /// <param name="age">Days before now.</param>
    public double Expected(DateTimeOffset time, double age) =>
        PerHour * Of(Rhythm, time.ToOffset(SaoPaulo)) * Math.Max(0.05, 1 - (Growth * age / 90));

    private static double Of(Rhythm rhythm, DateTimeOffset local)
    {
        var hour = local.Hour + (local.Minute / 60.0);
        return rhythm switch
        {
            Rhythm.Office => Weekday(local, saturday: 0.2, sunday: 0.03) * (Hill(hour, 10.5, 2.2) + (0.9 * Hill(hour, 15.5, 2.4)) + 0.03),
            Rhythm.Visitors => Weekday(local, saturday: 1.5, sunday: 1.35) * (0.7 * Hill(hour, 12.5, 2.5) + Hill(hour, 20.5, 2.3) + 0.07),
            Rhythm.Nightly => Weekday(local, saturday: 1, sunday: 0) * (local.Hour == 2 ? 6 : local.Hour == 3 ? 2.5 : 0),
            Rhythm.Steady => 1 + (0.15 * Hill(hour, 14, 4)),
        };
    }

    private static double Weekday(DateTimeOffset local, double saturday, double sunday) => local.DayOfWeek switch
    {
        DayOfWeek.Saturday => saturday,
        DayOfWeek.Sunday => sunday,
        _ => 1,
    };

    private static double Hill(double hour, double top, double width) => Math.Exp(-Math.Pow((hour - top) / width, 2) / 2);
}
