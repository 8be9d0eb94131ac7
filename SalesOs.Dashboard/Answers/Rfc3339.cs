using System.Globalization;
using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Answers;

/// <summary>The one way in which a program writes a time: RFC 3339, and nothing that only looks like it.</summary>
public static partial class Rfc3339
{
    /// <summary>What to say of a text that is not one.</summary>
    public const string Rule = "must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z";

    private const int LeapSecond = 60;

    /// <summary>
    /// Reads <c>2026-12-31T23:59:59.5-03:00</c>; <c>t</c> and <c>z</c> are as good as <c>T</c> and <c>Z</c>. Decimals beyond 100 ns are cut off. A leap second
    /// (<c>:60</c>) is taken where RFC 3339 allows one, at the end of a month in UTC, and is the first second of the next.
    /// </summary>
    /// <param name="value">In UTC.</param>
    public static bool TryParse(string text, out DateTimeOffset value)
    {
        value = default;
        if (Form().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var minute = match.Groups["minute"].Value.ToUpperInvariant();
        if (!DateTime.TryParseExact(minute, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return false;
        }

        // Reckoned in ticks: a DateTimeOffset takes no offset beyond 14 hours, and RFC 3339 does.
        var offset = TimeSpan.FromMinutes((60 * Number("hours")) + Number("minutes"));
        var second = Number("second");
        var ticks = local.Ticks + (second * TimeSpan.TicksPerSecond) - (match.Groups["sign"].ValueSpan is "-" ? -offset.Ticks : offset.Ticks);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        var utc = new DateTimeOffset(ticks, TimeSpan.Zero);
        if (second == LeapSecond && utc is not { Day: 1, TimeOfDay.Ticks: 0 })
        {
            return false;
        }

        value = utc.AddTicks(int.Parse(match.Groups["decimals"].Value.PadRight(7, '0').AsSpan(0, 7), NumberStyles.None, CultureInfo.InvariantCulture));
        return true;

        int Number(string part) => int.TryParse(match.Groups[part].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>Such as <c>2026-12-31T23:59:59.500Z</c>.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A(?<minute>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}):(?<second>[0-5][0-9]|60)(\.(?<decimals>[0-9]+))?([Zz]|(?<sign>[+-])(?<hours>[01][0-9]|2[0-3]):(?<minutes>[0-5][0-9]))\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
