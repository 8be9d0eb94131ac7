using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Gate;

/// <param name="WindowSeconds">How far a timestamp may stand from the clock, either way, inclusive.</param>
/// <param name="MaxBodyBytes">The longest body of a route that names no limit of its own.</param>
/// <param name="MaxUnprovenBytes">What all bodies together may take while their signatures are not yet proven. A single longest body always fits.</param>
public sealed record GateOptions(int WindowSeconds, long MaxBodyBytes, long MaxUnprovenBytes)
{
    private static readonly NumberSetting BodySetting = new("Gate:MaxBodyBytes", 1L << 20, 1L << 10, 64L << 20);
    private static readonly NumberSetting UnprovenSetting = new("Gate:MaxUnprovenBytes", 16L << 20, 1L << 20, 16L << 30);

    public static IReadOnlyList<Setting> Settings { get; } = [BodySetting, UnprovenSetting];

    public static GateOptions From(IConfiguration configuration)
    {
        var longest = BodySetting.Of(configuration);
        return new GateOptions(ClusterOptions.WindowSetting.IntOf(configuration), longest, Math.Max(UnprovenSetting.Of(configuration), longest));
    }
}
