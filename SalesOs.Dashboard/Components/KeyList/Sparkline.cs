using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>The last 30 days at a glance: a line over its area, the highest day at the top. Of one size before the days are known, so that nothing moves when they come.</summary>
public static class Sparkline
{
    private const double Width = 90;
    private const double Bottom = 19;
    private const double Height = 17;

    private static readonly MarkupString Flat = Svg("""<path class="none" d="M0 19H90" vector-effect="non-scaling-stroke" />""");

    /// <param name="days">Requests a day, today last; null while they are not known.</param>
    public static MarkupString Draw(IReadOnlyList<long>? days)
    {
        var most = days is { Count: > 0 } ? days.Max() : 0;
        if (most == 0)
        {
            return Flat;
        }

        var line = new StringBuilder();
        for (var i = 0; i < days!.Count; i++)
        {
            var x = Width * i / Math.Max(1, days.Count - 1);
            line.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{x:0.#} {Bottom - (Height * days[i] / most):0.#}");
        }

        return Svg(string.Create(CultureInfo.InvariantCulture, $"""<path class="area" d="{line}L{Width} 20L0 20Z" /><path class="line" d="{line}" vector-effect="non-scaling-stroke" />"""));
    }

    private static MarkupString Svg(string content) => new($"""<svg viewBox="0 0 90 20" width="90" height="20" preserveAspectRatio="none" aria-hidden="true">{content}</svg>""");
}
