using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>
/// Requests over time as bars: let in, and refused on top of them. It is measured in per cent, so it fills its place without a script; the cursor is
/// <c>usage-chart.js</c>'s, and to a screen reader the chart is a slider over its bars.
/// </summary>
public sealed partial class UsageChart
{
    private int last;
    private string lastText = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<UsageBar> Bars { get; set; } = [];

    [Parameter, EditorRequired]
    public UsageRange Range { get; set; }

    /// <summary>Names the chart for screen readers.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>What the full height stands for; charts side by side share one.</summary>
    [Parameter, EditorRequired]
    public long Top { get; set; }

    [Parameter]
    public bool Small { get; set; }

    private string Width => Percent(100.0 / Bars.Count);

    private string InnerWidth => Percent(72.0 / Bars.Count);

    /// <summary>Where the cursor begins is said once: from then on the script says where it is.</summary>
    protected override void OnInitialized()
    {
        last = Bars.Count - 1;
        lastText = Bars.Count == 0 ? "" : Text(Bars[^1]);
    }

    private static string Percent(double value) => Math.Round(value, 3).ToString(CultureInfo.InvariantCulture) + "%";

    private static string Number(long value) => value.ToString("N0", CultureInfo.CurrentCulture);

    private string Left(int index) => Percent(100.0 * index / Bars.Count);

    private string Inner(int index) => Percent((100.0 * index + 14) / Bars.Count);

    /// <summary>What happened at all is seen: at least a hundredth of the height.</summary>
    private double Share(long count) => count == 0 ? 0 : Math.Max(1.2, 100.0 * count / Top);

    private string Text(UsageBar bar) => Words["BarSaid", ("time", Times.Bar(bar, Range)), ("letin", bar.LetIn), ("refused", bar.Refused)];

    private IEnumerable<(double Position, string Label, bool Minor)> Ticks()
    {
        var shown = 0;
        for (var i = 0; i < Bars.Count; i++)
        {
            if (Times.Tick(Bars[i], i, Bars.Count, Range) is { } label)
            {
                var turn = shown++;
                if (!Small || turn % 3 == 0)
                {
                    yield return (100.0 * (i + (Range is UsageRange.Day or UsageRange.Week ? 0 : 0.5)) / Bars.Count, label, !Small && turn % 2 == 1);
                }
            }
        }
    }
}
