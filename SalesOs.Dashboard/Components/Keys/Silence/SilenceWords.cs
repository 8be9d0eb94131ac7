using System.Globalization;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Keys.Silence;

/// <summary>Says how long a key is silent, how often it normally calls and when it is next expected, in the reader's language and time zone.</summary>
public sealed class SilenceWords(Words<SilenceTexts> words, RelativeTime relative, TimeProvider clock)
{
    /// <summary>Such as "Quiet for 3 hours. It normally calls every night about 2:00 AM; next expected in 5 hours."</summary>
    public string Say(KeySilence silence)
    {
        var now = clock.GetUtcNow();
        var quiet = silence.LastUsedAt is null ? words["NeverUsed"] : words["QuietFor", ("span", relative.SaySpan(now - silence.SilentSince))];
        var normal = Normal(silence.Rhythm.In(relative.Zone));
        var whole = silence.NextExpected switch
        {
            null => words["AndNoMore", ("normal", normal)],
            { } next => words[next > now ? "AndExpected" : "AndOverdue", ("normal", normal), ("when", relative.Say(next))],
        };
        return $"{quiet} {whole}";
    }

    private string Normal(RhythmPattern pattern) => pattern.Kind switch
    {
        RhythmKind.Unknown => words["Normal_Unknown"],
        RhythmKind.Hourly => words["Normal_Hourly"],
        RhythmKind.Daily => words[pattern.HourOfDay is < 6 or >= 22 ? "Normal_Nightly" : "Normal_Daily", ("time", TimeOf(pattern))],
        RhythmKind.Weekdays => words["Normal_Weekdays", ("time", TimeOf(pattern))],
        RhythmKind.Weekly => words["Normal_Weekly", ("day", CultureInfo.CurrentUICulture.DateTimeFormat.GetDayName(pattern.Day ?? default)), ("time", TimeOf(pattern))],
        RhythmKind.Other => words["Normal_Other", ("span", relative.SaySpan(pattern.Beat ?? default))],
    };

    private static string TimeOf(RhythmPattern pattern) => new TimeOnly(pattern.HourOfDay ?? 0, 0).ToString("t", CultureInfo.CurrentCulture);
}
