using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <param name="MaxPerTenant">Keys of a tenant that are not deleted.</param>
/// <param name="SingleUse">What a new key gets when it doesn't say.</param>
public sealed record ApiKeyOptions(int MaxPerTenant, bool SingleUse)
{
    private static readonly NumberSetting MaxSetting = new("ApiKeys:MaxPerTenant", 100_000, 1);
    private static readonly FlagSetting SingleUseSetting = new("Gate:SingleUse", Default: true);

    public static IReadOnlyList<Setting> Settings { get; } = [MaxSetting, SingleUseSetting];

    public static ApiKeyOptions From(IConfiguration configuration) => new(MaxSetting.IntOf(configuration), SingleUseSetting.Of(configuration));
}
