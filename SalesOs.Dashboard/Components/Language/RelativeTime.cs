using System.Globalization;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>Words a moment as people say it ("3 minutes ago", "in 12 days") and exactly, in the reader's time zone.</summary>
public sealed class RelativeTime(Words<LanguageTexts> words, TimeProvider clock, UserTimeZone reader)
{
    /// <summary>Where exact times are told; it changes once, when the browser has said where it is.</summary>
    public TimeZoneInfo Zone => reader.Zone;

    public string Say(DateTimeOffset moment)
    {
        var distance = moment - clock.GetUtcNow();
        var (unit, count) = Measure(distance.Duration());
        return unit is null ? words["Now"] : words[(distance < TimeSpan.Zero ? "Past" : "Future") + unit, ("count", count)];
    }

    /// <summary>A length of time, such as "3 hours".</summary>
    public string SaySpan(TimeSpan span)
    {
        var (unit, count) = Measure(span.Duration());
        return words["Span" + (unit ?? "Now"), ("count", count)];
    }

    /// <summary>Date, time and zone, such as "Nov 22, 2026, 3:07 PM (America/Sao_Paulo)".</summary>
    public string SayExactly(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, reader.Zone);
        return words["Exactly", ("moment", local.ToString(words["MomentFormat"], CultureInfo.CurrentCulture)), ("zone", reader.Zone.Id)];
    }

    public string SayDate(DateTimeOffset moment) =>
        TimeZoneInfo.ConvertTime(moment, reader.Zone).ToString(words["DateFormat"], CultureInfo.CurrentCulture);

    private static (string? Unit, long Count) Measure(TimeSpan distance) => distance switch
    {
        { TotalSeconds: < 45 } => (null, 0),
        { TotalMinutes: < 59.5 } => ("Minutes", Rounded(distance.TotalMinutes)),
        { TotalHours: < 23.5 } => ("Hours", Rounded(distance.TotalHours)),
        { TotalDays: < 44.5 } => ("Days", Rounded(distance.TotalDays)),
        { TotalDays: < 700 } => ("Months", Rounded(distance.TotalDays / 30.44)),
        _ => ("Years", Rounded(distance.TotalDays / 365.25)),
    };

    private static long Rounded(double value) => Math.Max(1, (long)Math.Round(value, MidpointRounding.AwayFromZero));
}
