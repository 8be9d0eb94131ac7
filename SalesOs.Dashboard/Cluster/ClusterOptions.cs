using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Cluster;

/// <param name="WindowSeconds">How far a timestamp may stand from the clock, either way, inclusive; so long is a signature remembered.</param>
public sealed record ClusterOptions(int WindowSeconds)
{
    /// <summary>The gate judges by it too.</summary>
    public static readonly NumberSetting WindowSetting = new("Gate:WindowSeconds", 30, 1, 300);

    public static IReadOnlyList<Setting> Settings { get; } = [WindowSetting];

    public static ClusterOptions From(IConfiguration configuration) => new(WindowSetting.IntOf(configuration));
}
