using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Tells at start of settings that nobody reads: a mistyped name would else change nothing and say nothing. Known is what stands in the <c>appsettings.json</c>
/// that the program was built with, and what the framework reads.
/// </summary>
internal sealed partial class UnknownSettings
{
    /// <summary>Read by the framework; some of them in lower case only, but names know no case.</summary>
    private static readonly string[] OfTheFramework =
    [
        "Urls", "Http_Ports", "Https_Ports", "Https_Port", "Environment", "ApplicationName", "ContentRoot", "WebRoot", "AllowedHosts", "DetailedErrors",
        "CaptureStartupErrors", "SuppressStatusMessages", "HostingStartupAssemblies", "HostingStartupExcludeAssemblies", "PreventHostingStartup", "PreferHostingUrls",
        "ShutdownTimeoutSeconds", "StartupAssembly", "StaticWebAssets", "ReloadStaticAssetsAtRuntime", "ForwardedHeaders_Enabled", "HostBuilder:ReloadConfigOnChange",
    ];

    /// <summary>Sections in which any name may stand.</summary>
    private static readonly string[] OpenSections = ["Roles", "Logging", "Kestrel"];

    private static readonly string[] OthersPrefixes = ["ASPNETCORE_", "DOTNET_", "OTEL_"];

    private readonly IConfigurationRoot configuration;
    private readonly ILogger<UnknownSettings> logger;
    private readonly HashSet<string> known;
    private readonly HashSet<string> sections;

    public UnknownSettings(IConfiguration configuration, ILogger<UnknownSettings> logger)
    {
        this.configuration = (IConfigurationRoot)configuration;
        this.logger = logger;
        using var file = typeof(UnknownSettings).Assembly.GetManifestResourceStream("appsettings.json")!;
        using var ours = (ConfigurationRoot)new ConfigurationBuilder().AddJsonStream(file).Build();
        var names = Names(ours.Providers.Single()).Select(n => WithoutIndexes(n.Name)).Where(name => !IsOpen(name)).ToList();
        known = new HashSet<string>(names.Concat(OfTheFramework), StringComparer.OrdinalIgnoreCase);
        sections = new HashSet<string>(names.Where(name => name.Contains(':', StringComparison.Ordinal)).Select(SectionOf), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>One warning for each, with its source and the nearest name that is known; values are not logged.</summary>
    public void Tell()
    {
        foreach (var (name, source) in Found().Distinct())
        {
            Unknown(name, source, Nearest(name));
        }
    }

    private IEnumerable<(string Name, string Source)> Found()
    {
        foreach (var provider in configuration.Providers)
        {
            var (source, isOurs) = provider switch
            {
                CommandLineConfigurationProvider => ("the command line", true),
                JsonConfigurationProvider file => (file.Source.Path ?? "a settings file", true),
                EnvironmentVariablesConfigurationProvider => ("the environment", false),
                _ => ("", false),
            };
            foreach (var (name, value) in source.Length == 0 ? [] : Names(provider))
            {
                if (value is not null && !IsKnown(name) && (isOurs || IsMeantForUs(name)))
                {
                    yield return (name, source);
                }
            }
        }
    }

    private bool IsKnown(string name) =>
        known.Contains(WithoutIndexes(name)) || IsOpen(name) || OthersPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The environment is everybody's: only a name in a section of ours, or in one that is mistyped, is taken for a setting. <c>DATE__FORMAT</c> is near
    /// <c>Data</c> and not near any setting.
    /// </summary>
    private bool IsMeantForUs(string name)
    {
        if (!name.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        var section = SectionOf(name);
        return sections.Contains(section)
            || (sections.Any(s => EditDistance.Of(s, section) <= MaxTypos(s)) && EditDistance.Of(name, Nearest(name)) <= MaxTypos(name) + 1);
    }

    /// <summary>By the fewest typing mistakes; of a name without a section also as the end of a known one.</summary>
    private string Nearest(string name)
    {
        var bare = WithoutIndexes(name);
        return known.Order(StringComparer.Ordinal).MinBy(other => bare.Contains(':', StringComparison.Ordinal)
            ? EditDistance.Of(bare, other)
            : Math.Min(EditDistance.Of(bare, other), 1 + EditDistance.Of(bare, other[(other.LastIndexOf(':') + 1)..])))!;
    }

    /// <summary>A short word is another word with one letter changed.</summary>
    private static int MaxTypos(string word) => word.Length switch { < 4 => 0, < 6 => 1, _ => 2 };

    private static bool IsOpen(string name) => OpenSections.Contains(SectionOf(name), StringComparer.OrdinalIgnoreCase);

    private static string SectionOf(string name) => name.Split(':')[0];

    private static string WithoutIndexes(string name) => string.Join(':', name.Split(':').Where(part => part.Length == 0 || !part.All(char.IsAsciiDigit)));

    private static IEnumerable<(string Name, string? Value)> Names(IConfigurationProvider provider, string? parent = null)
    {
        foreach (var key in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var name = parent is null ? key : ConfigurationPath.Combine(parent, key);
            if (provider.TryGet(name, out var value))
            {
                yield return (name, value);
            }

            foreach (var inner in Names(provider, name))
            {
                yield return inner;
            }
        }
    }

    [LoggerMessage(6030, LogLevel.Warning, "{Name} in {Source} is no setting of this program and changes nothing. The nearest that is one: {Nearest}.")]
    private partial void Unknown(string name, string source, string nearest);
}
