namespace SalesOs.Dashboard.Components.Language;

/// <summary>A time of day where the reader is, as a field for date and time writes it.</summary>
public static class LocalTime
{
    public const string Format = "yyyy-MM-dd'T'HH:mm";

    /// <summary>The moment at which clocks there show it; the first of two, and where clocks jump over it the one that they jump to.</summary>
    public static DateTimeOffset? At(DateTime? local, TimeZoneInfo zone)
    {
        if (local is not { } shown)
        {
            return null;
        }

        shown = DateTime.SpecifyKind(shown, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(shown))
        {
            shown = shown.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(shown) ? zone.GetAmbiguousTimeOffsets(shown).Max() : zone.GetUtcOffset(shown);
        return new DateTimeOffset(Math.Clamp(shown.Ticks - offset.Ticks, DateTimeOffset.UnixEpoch.UtcTicks, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }

    /// <summary>What clocks there show at a moment.</summary>
    public static string Text(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString(Format, System.Globalization.CultureInfo.InvariantCulture);
}
