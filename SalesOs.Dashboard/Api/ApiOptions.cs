using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Api;

/// <param name="RequestsPerMinute">Of one person, in whatever tenant. The service role has no limit.</param>
/// <param name="Enabled">False: there is no management API, keys are managed in the dashboard alone.</param>
/// <param name="CorsOrigins">The origins whose pages may call the management API from a browser; empty: none.</param>
public sealed record ApiOptions(int RequestsPerMinute, bool Enabled, IReadOnlyList<string> CorsOrigins)
{
    private const string OriginsSetting = "Api:CorsOrigins";

    private static readonly NumberSetting RequestsSetting = new("Api:RequestsPerMinute", 600, 1, 1_000_000);
    private static readonly FlagSetting EnabledSetting = new("Api:Enabled", Default: true);

    public static IReadOnlyList<Setting> Settings { get; } = [RequestsSetting, EnabledSetting];

    public static ApiOptions From(IConfiguration configuration) => new(
        RequestsSetting.IntOf(configuration),
        EnabledSetting.Of(configuration),
        [.. configuration.GetSection(OriginsSetting).GetChildren().Select(entry => entry.Value ?? "")]);

    /// <summary>One line per fault of a list, each beginning with the setting's key; the rest follows from <see cref="Settings"/>.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration) =>
        from entry in configuration.GetSection(OriginsSetting).GetChildren()
        where !IsOrigin(entry.Value ?? "")
        select $"{entry.Path}: '{entry.Value}' is not an origin as browsers send it, such as https://admin.example.com: scheme and host, a port only where it is not the scheme's own, nothing behind.";

    /// <summary>Exactly as a browser writes it: anything else would never match.</summary>
    private static bool IsOrigin(string text) =>
        System.Text.Ascii.IsValid(text)
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { Scheme: "http" or "https", Host.Length: > 0 }
        && address.GetLeftPart(UriPartial.Authority) == text
        && address.UserInfo.Length == 0;
}
