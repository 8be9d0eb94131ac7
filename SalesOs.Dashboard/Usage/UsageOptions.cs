using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <param name="FlushEvery">How often counts are written.</param>
/// <param name="RetentionDays">How long usage by days is kept.</param>
public sealed record UsageOptions(TimeSpan FlushEvery, int RetentionDays)
{
    private static readonly NumberSetting FlushSetting = new("Usage:FlushSeconds", 1, 1, 60);
    private static readonly NumberSetting RetentionSetting = new("Usage:RetentionDays", 400, 1, 3650);

    public static IReadOnlyList<Setting> Settings { get; } = [FlushSetting, RetentionSetting];

    public static UsageOptions From(IConfiguration configuration) =>
        new(TimeSpan.FromSeconds(FlushSetting.Of(configuration)), RetentionSetting.IntOf(configuration));
}
