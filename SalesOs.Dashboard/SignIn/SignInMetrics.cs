using System.Diagnostics.Metrics;
using System.Text.Json;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Who comes in and what is open, as metrics: <c>salesos.sign_ins</c> by <c>outcome</c> (<c>done</c>, <c>denied</c>, <c>expired</c>, <c>failed</c>, <c>away</c>,
/// <c>no_tenant</c>, <c>unrecorded</c>), <c>salesos.circuits.open</c>, <c>salesos.circuits.opened</c>, <c>salesos.circuits.closed</c> by <c>reason</c> and
/// <c>salesos.sessions.open</c>. No person and no tenant is named.
/// </summary>
public sealed class SignInMetrics
{
    public const string Meter = "SalesOs.Dashboard.SignIn";

    /// <summary>The page was left or its connection was lost for good, while its session went on.</summary>
    private const string Left = "left";

    private readonly Meter meter;
    private readonly Counter<long> signIns;
    private readonly Counter<long> opened;
    private readonly Counter<long> closed;

    public SignInMetrics(IMeterFactory meters)
    {
        meter = meters.Create(Meter);
        signIns = meter.CreateCounter<long>("salesos.sign_ins", "{sign_in}", "Sign-ins in a browser by what became of them.");
        opened = meter.CreateCounter<long>("salesos.circuits.opened", "{circuit}", "Pages of the dashboard that were opened.");
        closed = meter.CreateCounter<long>("salesos.circuits.closed", "{circuit}", "Pages of the dashboard that were closed, by why.");
    }

    internal void SignedIn() => signIns.Add(1, KeyValuePair.Create<string, object?>("outcome", "done"));

    internal void Refused(SignInFailure reason) => signIns.Add(1, KeyValuePair.Create<string, object?>("outcome", Name(reason)));

    internal void Opened() => opened.Add(1);

    /// <param name="why">Null when the page was left.</param>
    internal void Closed(Termination? why) => closed.Add(1, KeyValuePair.Create<string, object?>("reason", why is { } end ? Name(end) : Left));

    internal void Watch(OpenCircuits circuits) => meter.CreateObservableGauge("salesos.circuits.open", () => circuits.Count, "{circuit}", "Pages that are open, or lost their connection a moment ago.");

    internal void Watch(Sessions sessions) => meter.CreateObservableGauge("salesos.sessions.open", () => sessions.Count, "{session}", "Signed-in browsers.");

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
