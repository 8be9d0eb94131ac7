using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>A common browser, as people call it.</summary>
/// <param name="Name">With its major version, such as <c>Chrome 142</c>.</param>
/// <param name="System">Such as <c>Windows</c>.</param>
public sealed partial record BrowserName(string Name, string System)
{
    /// <summary>What stands in the agent, and what it means. The first that is found holds: many name others after themselves.</summary>
    private static readonly (string Token, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("EdgA", "Edge"), ("EdgiOS", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Vivaldi", "Vivaldi"), ("YaBrowser", "Yandex"),
        ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Version", "Safari"),
    ];

    private static readonly (string Part, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows NT", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>The browser that an agent is; null for every other program, and for a browser that is not a common one.</summary>
    public static BrowserName? In(string agent)
    {
        if (!agent.StartsWith("Mozilla/5.0 (", StringComparison.Ordinal) || agent.Contains("compatible;", StringComparison.Ordinal) || Robot().IsMatch(agent))
        {
            return null;
        }

        var versions = Product().Matches(agent).ToLookup(m => m.Groups["name"].Value, m => m.Groups["major"].Value, StringComparer.Ordinal);
        var (token, name) = Browsers.FirstOrDefault(b => versions.Contains(b.Token));
        var system = Systems.FirstOrDefault(s => agent.Contains(s.Part, StringComparison.Ordinal)).Name;
        return name is null || system is null || (name == "Safari" && !versions.Contains("Safari")) ? null : new BrowserName($"{name} {versions[token].First()}", system);
    }

    [GeneratedRegex(@"(?<name>[A-Za-z]+)/(?<major>[0-9]{1,4})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Product();

    [GeneratedRegex("bot|crawl|spider", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Robot();
}
