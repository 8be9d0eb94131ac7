using System.Diagnostics.Metrics;

namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>
/// How notices go out, as metrics: <c>salesos.notices.tries</c> by <c>channel</c> (<c>email</c>, <c>webhook</c>) and <c>fate</c> (<c>delivered</c>, <c>retried</c>,
/// <c>given_up</c>, <c>gone</c>, <c>dropped</c>, <c>returned</c>), <c>salesos.notices.waiting</c> and <c>salesos.notices.in_flight</c>. No receiver and no tenant is named.
/// </summary>
public sealed class NoticeMetrics
{
    public const string Meter = "SalesOs.Dashboard.Notices";

    private readonly Counter<long> tries;

    public NoticeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        tries = meter.CreateCounter<long>("salesos.notices.tries", "{try}", "Notices that were handed to a receiver, by what became of it.");
        meter.CreateObservableGauge("salesos.notices.waiting", () => Waiting, "{notice}", "Deliveries that wait, counted each half minute up to a hundred thousand.");
        meter.CreateObservableGauge("salesos.notices.in_flight", () => InFlight, "{notice}", "Deliveries that this node tries just now.");
    }

    internal int Waiting { get; set; }

    internal int InFlight { get; set; }

    internal void Ended(TriedLetter outcome) => tries.Add(
        1,
        KeyValuePair.Create<string, object?>("channel", outcome.Letter.Channel == NoticeChannels.Email ? "email" : "webhook"),
        KeyValuePair.Create<string, object?>("fate", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.Fate.ToString())));
}
