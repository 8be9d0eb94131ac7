using System.Globalization;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Words a bar's time and the chart's ticks, by the reader's clock and calendar.</summary>
public sealed class UsageTimes(Words<KeyTexts> words, UserTimeZone reader)
{
    public string Bar(UsageBar bar, UsageRange range) => range switch
    {
        UsageRange.Day or UsageRange.Week =>
            words["FromTo", ("from", Say(bar.From, "BarMomentFormat")), ("to", Say(bar.To, "BarTimeFormat"))],
        UsageRange.Month or UsageRange.Quarter => Say(bar.From, "BarDayFormat"),
    };

    /// <summary>What stands under the bar, if anything does.</summary>
    public string? Tick(UsageBar bar, int index, int count, UsageRange range)
    {
        var local = TimeZoneInfo.ConvertTime(bar.From, reader.Zone);
        return range switch
        {
            UsageRange.Day => local is { Minute: 0 } && local.Hour % 4 == 0 ? Say(bar.From, "TickTimeFormat") : null,
            UsageRange.Week => local.Hour == 0 ? Say(bar.From, "TickDayFormat") : null,
            UsageRange.Month => (count - 1 - index) % 5 == 0 ? Say(bar.From, "TickDayFormat") : null,
            UsageRange.Quarter => (count - 1 - index) % 14 == 0 ? Say(bar.From, "TickDayFormat") : null,
        };
    }

    private string Say(DateTimeOffset moment, string format) => TimeZoneInfo.ConvertTime(moment, reader.Zone).ToString(words[format], CultureInfo.CurrentCulture);
}
