using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <param name="RetentionDays">0 keeps everything.</param>
public sealed record AuditOptions(int RetentionDays)
{
    private static readonly NumberSetting RetentionSetting = new("Audit:RetentionDays", 0, 0, 36_500, LeastMeans: "keeps everything");

    public static IReadOnlyList<Setting> Settings { get; } = [RetentionSetting];

    public static AuditOptions From(IConfiguration configuration) => new(RetentionSetting.IntOf(configuration));
}
