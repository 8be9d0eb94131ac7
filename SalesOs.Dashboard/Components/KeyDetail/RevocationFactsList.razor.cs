using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>What is on record of a revocation, with times to the millisecond: they are compared with other systems' logs.</summary>
public sealed partial class RevocationFactsList
{
    [Parameter, EditorRequired]
    public RevocationFacts Facts { get; set; } = null!;

    /// <summary>Makes the probe where there is none; without it nothing is offered.</summary>
    [Parameter]
    public EventCallback Probe { get; set; }

    /// <summary>In UTC, as it stands in the file.</summary>
    internal static string Exactly(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    private string From(RecordedCall call)
    {
        var address = Words["CallFrom", ("address", call.Address ?? Words["UnknownAddress"])];
        return call.RequestId is { } id ? $"{address} · {Words["CallId", ("id", id)]}" : address;
    }
}
