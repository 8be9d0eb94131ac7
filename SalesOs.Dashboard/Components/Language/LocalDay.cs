using System.Globalization;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>A day where the reader is, as a date field and an address write it: <c>2026-11-22</c>.</summary>
public static class LocalDay
{
    private const string Format = "yyyy-MM-dd";

    /// <summary>Null for anything else than a day.</summary>
    public static DateOnly? Parse(string? text) => DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public static string? Text(DateOnly? day) => day?.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>The moment at which a day begins there.</summary>
    public static DateTimeOffset? Start(DateOnly? day, TimeZoneInfo zone)
    {
        if (day is not { } first)
        {
            return null;
        }

        // Where clocks go forward at midnight the day begins an hour later.
        var midnight = first.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(30);
        }

        // Its offset may lead before the first or beyond the last moment that there is.
        var utc = Math.Clamp(midnight.Ticks - zone.GetUtcOffset(midnight).Ticks, DateTimeOffset.UnixEpoch.UtcTicks, DateTimeOffset.MaxValue.UtcTicks);
        return new DateTimeOffset(utc, TimeSpan.Zero);
    }
}
