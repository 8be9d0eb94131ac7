using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The sections <c>Oidc</c>, <c>Session</c> and <c>ServiceRole</c>, as read at start.</summary>
/// <param name="BuiltInProvider">Whether the program is its own identity provider: in Development, when no authority is set.</param>
/// <param name="Authority">Empty with the built-in provider, whose address is known only once the program listens.</param>
/// <param name="Idle">A session ends after this long without a person's act.</param>
/// <param name="Absolute">A session ends this long after sign-in, whatever happens.</param>
/// <param name="Recheck">After this long the provider is asked about a person again.</param>
/// <param name="CircuitsPerUser">The pages that one person may have open.</param>
public sealed record SignInSettings(
    bool BuiltInProvider,
    string Authority,
    string ClientId,
    string? ClientSecret,
    string Audience,
    ClaimNames Claims,
    TimeSpan Idle,
    TimeSpan Absolute,
    TimeSpan Recheck,
    int CircuitsPerUser)
{
    private static readonly NumberSetting IdleSetting = new("Session:IdleMinutes", 30, 1, 1440);
    private static readonly NumberSetting AbsoluteSetting = new("Session:AbsoluteHours", 12, 1, 168);
    private static readonly NumberSetting RecheckSetting = new("Session:RecheckSeconds", 60, 10, 3600);
    private static readonly NumberSetting CircuitsSetting = new("Session:CircuitsPerUser", 20, 1, 1000);

    public static IReadOnlyList<Setting> Settings { get; } = [IdleSetting, AbsoluteSetting, RecheckSetting, CircuitsSetting];

    /// <summary>Reads settings that <see cref="Faults"/> finds nothing wrong with.</summary>
    public static SignInSettings From(IConfiguration configuration, IHostEnvironment environment) => new(
        IsBuiltIn(configuration, environment),
        configuration["Oidc:Authority"] ?? "",
        Text(configuration, "Oidc:ClientId") ?? "salesos-dashboard",
        Text(configuration, "Oidc:ClientSecret"),
        Text(configuration, "Oidc:Audience") ?? "salesos-api",
        new ClaimNames(
            Text(configuration, "Oidc:TenantClaim") ?? "tenant_id",
            Text(configuration, "Oidc:TenantNameClaim") ?? "tenant_name",
            Text(configuration, "Oidc:RolesClaim") ?? "roles"),
        TimeSpan.FromMinutes(IdleSetting.Of(configuration)),
        TimeSpan.FromHours(AbsoluteSetting.Of(configuration)),
        TimeSpan.FromSeconds(RecheckSetting.Of(configuration)),
        CircuitsSetting.IntOf(configuration));

    /// <summary>One line per fault, each beginning with the setting's key; values that may be secret are not repeated.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration, IHostEnvironment environment) =>
        [.. ProviderFaults(configuration, environment), .. SessionFaults(configuration), .. ServiceRoleFaults(configuration)];

    private static IEnumerable<string> ProviderFaults(IConfiguration configuration, IHostEnvironment environment)
    {
        var development = environment.IsDevelopment();
        if (Text(configuration, "Oidc:Authority") is not { } authority)
        {
            if (!development)
            {
                yield return "Oidc:Authority: name the identity provider's address; the built-in one is for Development only.";
            }
            else if (ClusterOptions.IsShared(configuration))
            {
                yield return "Oidc:Authority: name the identity provider's address; the built-in one keeps its keys in its process, so it can't serve the several nodes of Redis:ConnectionString.";
            }
        }
        else if (!Uri.TryCreate(authority, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
        {
            yield return "Oidc:Authority: not an address; write one such as https://login.example.com/realms/sales.";
        }
        else if (address.Scheme == "http" && !development && !address.IsLoopback)
        {
            yield return "Oidc:Authority: use https; over http anyone on the way could sign in as anyone.";
        }

        if (!development)
        {
            foreach (var key in (string[])["Oidc:ClientId", "Oidc:ClientSecret", "Oidc:Audience"])
            {
                if (Text(configuration, key) is null)
                {
                    yield return $"{key}: required; the identity provider gives it when the dashboard is registered there.";
                }
            }
        }

        foreach (var key in (string[])["Oidc:TenantClaim", "Oidc:TenantNameClaim", "Oidc:RolesClaim"])
        {
            if (configuration[key] is { } given && string.IsNullOrWhiteSpace(given))
            {
                yield return $"{key}: name the claim, or leave the setting out for its default.";
            }
        }
    }

    private static IEnumerable<string> SessionFaults(IConfiguration configuration)
    {
        foreach (var fault in Settings.Select(setting => setting.Fault(configuration)).OfType<string>())
        {
            yield return fault;
        }

        if (IdleSetting.Fault(configuration) is null && AbsoluteSetting.Fault(configuration) is null
            && IdleSetting.Of(configuration) > AbsoluteSetting.Of(configuration) * 60)
        {
            yield return "Session:IdleMinutes: longer than Session:AbsoluteHours, so it would never act.";
        }
    }

    private static IEnumerable<string> ServiceRoleFaults(IConfiguration configuration)
    {
        var section = configuration.GetSection(ServiceKeys.Section);
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return $"{ServiceKeys.Section}: write a list of hashes, not one text.";
        }

        foreach (var entry in section.GetChildren().Where(e => !ServiceKeys.IsHash(e.Value)))
        {
            // The value may be the key itself, put here by mistake.
            yield return $"{entry.Path}: not a SHA-256 in lowercase hex (64 digits); make one with: printf %s \"$KEY\" | sha256sum";
        }
    }

    private static bool IsBuiltIn(IConfiguration configuration, IHostEnvironment environment) =>
        environment.IsDevelopment() && Text(configuration, "Oidc:Authority") is null;

    private static string? Text(IConfiguration configuration, string key) =>
        configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
