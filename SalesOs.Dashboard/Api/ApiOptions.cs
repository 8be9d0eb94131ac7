using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Api;

/// <param name="RequestsPerMinute">Of one person, in whatever tenant. The service role has no limit.</param>
public sealed record ApiOptions(int RequestsPerMinute)
{
    private static readonly NumberSetting RequestsSetting = new("Api:RequestsPerMinute", 600, 1, 1_000_000);

    public static IReadOnlyList<Setting> Settings { get; } = [RequestsSetting];

    public static ApiOptions From(IConfiguration configuration) => new(RequestsSetting.IntOf(configuration));
}
