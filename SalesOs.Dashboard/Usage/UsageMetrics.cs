using System.Diagnostics.Metrics;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// What the gate decides and how the record keeps up, as metrics: <c>salesos.gate.requests</c> by <c>verdict</c> (<c>let_in</c>, <c>bad_signature</c>,
/// <c>rate_limited</c> …), <c>salesos.usage.waiting_keys</c>, <c>salesos.refusals.waiting</c> and <c>salesos.refusals.dropped</c>. No key and no tenant is named.
/// </summary>
public sealed class UsageMetrics
{
    /// <summary>The name under which every metric of the product's own is found.</summary>
    public const string Meter = "SalesOs.Dashboard";

    private static readonly KeyValuePair<string, object?>[] Verdicts =
        [.. Enum.GetValues<Verdict>().Select(v => KeyValuePair.Create<string, object?>("verdict", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString())))];

    private readonly Counter<long> requests;

    public UsageMetrics(IMeterFactory meters, UsageRecorder usage, RejectionRecorder rejections)
    {
        var meter = meters.Create(Meter);
        requests = meter.CreateCounter<long>("salesos.gate.requests", "{request}", "Signed requests by what the gate said of them.");
        meter.CreateObservableGauge("salesos.usage.waiting_keys", () => usage.Waiting, "{key}", "Keys with counts that are not yet written.");
        meter.CreateObservableGauge("salesos.refusals.waiting", () => rejections.Waiting, "{request}", "Refused requests that are not yet written.");
        meter.CreateObservableCounter("salesos.refusals.dropped", () => rejections.Dropped, "{request}", "Refused requests that found no place in memory.");
    }

    /// <summary>Costs next to nothing while nobody listens.</summary>
    public void Decided(Verdict verdict)
    {
        if (requests.Enabled)
        {
            requests.Add(1, Verdicts[(int)verdict]);
        }
    }
}
