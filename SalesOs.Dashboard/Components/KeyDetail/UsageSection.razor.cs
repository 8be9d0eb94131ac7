using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>A key's requests over a time that the address names: totals, the chart and its table twin, by endpoint and by outcome.</summary>
public sealed partial class UsageSection
{
    private bool tableOpen;

    [Parameter, EditorRequired]
    public KeyAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public Part<KeyTraffic> Part { get; set; } = Part<KeyTraffic>.Waiting;

    /// <summary>The time zone that the usage was cut by.</summary>
    [Parameter, EditorRequired]
    public string ZoneId { get; set; } = "";

    [Parameter]
    public EventCallback Retry { get; set; }

    private string Hint => Words[Part.Value is { CutShort: true } ? "UsageCutShort" : "UsageHint", ("zone", ZoneId)];

    private IReadOnlyList<UsageBar> Bars { get; set; } = [];

    protected override void OnParametersSet() => Bars = Part.Value is { } traffic ? UsageBars.Of(traffic.Report, Address.Range, CurrentUser.Zone) : [];

    private static string Number(long value) => value.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>Nearly all is not rounded up to all, nor nearly nothing down to nothing.</summary>
    internal static string Percent(long part, long whole) => ((double)part / whole) switch
    {
        0 => 0.ToString("P0", CultureInfo.CurrentCulture),
        1 => 1.ToString("P0", CultureInfo.CurrentCulture),
        < 0.001 => "<" + 0.001.ToString("P1", CultureInfo.CurrentCulture),
        > 0.9999 => ">" + 0.9999.ToString("P2", CultureInfo.CurrentCulture),
        >= 0.995 and var nearly => nearly.ToString("P2", CultureInfo.CurrentCulture),
        var share => share.ToString("P1", CultureInfo.CurrentCulture),
    };

    /// <summary>Of the answers that are known, so that a request under way is no failure.</summary>
    private static string Success(UsageTotals totals) =>
        totals.Succeeded + totals.ClientErrors + totals.ServerErrors is > 0 and var answered ? Percent(totals.Succeeded, answered) : "—";

    /// <summary>The answers to those let in, then what was refused and why, the most frequent first.</summary>
    private IEnumerable<(string Outcome, long Count, string Share)> Outcomes(UsageReport report)
    {
        var all = report.Totals.LetIn + report.Totals.Refused;
        foreach (var (answer, count) in report.Answers)
        {
            yield return (Words["Answer_" + answer], count, Percent(count, all));
        }

        foreach (var (verdict, count) in report.Verdicts.Where(v => v.Key != Verdict.LetIn).OrderByDescending(v => v.Value))
        {
            yield return (Words["RefusedFor", ("reason", Reasons.Short(verdict))], count, Percent(count, all));
        }
    }
}
