using System.Net;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Api;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Mail;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Hosting;

/// <summary>Every setting is looked at before anything starts; each room knows its own.</summary>
internal static class SettingsFaults
{
    public static readonly FlagSetting Demo = new("Demo", Default: false);

    /// <summary>Every number and every switch; texts and lists have rules of their own.</summary>
    public static readonly IReadOnlyList<Setting> Settings =
    [
        .. SignInSettings.Settings, .. ApiKeyOptions.Settings, .. ApiOptions.Settings, .. AuditOptions.Settings, .. ClusterOptions.Settings, .. GateOptions.Settings, .. UsageOptions.Settings, .. MailOptions.Settings, .. WebhookOptions.Settings, Demo,
    ];

    /// <exception cref="StartupFaultException">All faults at once, a line each, beginning with the setting's key.</exception>
    public static void ThrowIfAny(IConfiguration configuration, IHostEnvironment environment)
    {
        List<string> faults =
        [
            .. KestrelSetup.Faults(configuration),
            .. RequestAddress.Faults(configuration),
            .. SecurityContact.Faults(configuration),
            .. SiteOptions.Faults(configuration),
            .. NoticeLinks.Faults(configuration),
            .. MailOptions.Faults(configuration),
            .. ApiOptions.Faults(configuration),
            .. DatabaseSetup.Faults(configuration),
            .. MasterKey.Faults(configuration),
            .. SignInSettings.Faults(configuration, environment),
            .. RoleMapping.Faults(configuration),
            .. Settings.Except(SignInSettings.Settings).Select(setting => setting.Fault(configuration)).OfType<string>(),
            .. ClusterOptions.Faults(configuration),
            .. Telemetry.Faults(configuration),
            .. ProxyFaults(configuration),
            .. DemoFaults(configuration, environment),
            .. LogFaults(configuration),
        ];
        if (faults.Count > 0)
        {
            throw new StartupFaultException(faults);
        }
    }

    private static IEnumerable<string> ProxyFaults(IConfiguration configuration)
    {
        foreach (var entry in configuration.GetSection("Proxy:KnownProxies").GetChildren().Where(e => !IPAddress.TryParse(e.Value, out _)))
        {
            yield return $"{entry.Path}: '{entry.Value}' is not an address.";
        }

        foreach (var entry in configuration.GetSection("Proxy:KnownNetworks").GetChildren().Where(e => !System.Net.IPNetwork.TryParse(e.Value, out _)))
        {
            yield return $"{entry.Path}: '{entry.Value}' is not a network such as 10.0.0.0/8.";
        }
    }

    /// <summary>Levels stand under <c>Logging:LogLevel</c> and, for one kind of output, under such as <c>Logging:Console:LogLevel</c>.</summary>
    private static IEnumerable<string> LogFaults(IConfiguration configuration)
    {
        var logging = configuration.GetSection("Logging");
        return logging.GetChildren().Select(output => output.GetSection("LogLevel")).Append(logging.GetSection("LogLevel"))
            .SelectMany(levels => levels.GetChildren())
            .Where(level => level.Value is { Length: > 0 } && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            .Select(level => $"{level.Path}: '{level.Value}' is not a level; write one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
    }

    private static IEnumerable<string> DemoFaults(IConfiguration configuration, IHostEnvironment environment)
    {
        if (Demo.Fault(configuration) is null && Demo.Of(configuration) && !environment.IsDevelopment())
        {
            yield return "Demo: for Development only; its people and keys are made up.";
        }
    }
}
