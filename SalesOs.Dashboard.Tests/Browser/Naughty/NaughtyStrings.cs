using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Browser.Naughty;

/// <summary>The big list of naughty strings (npm <c>big-list-of-naughty-strings</c> 1.0.0, MIT, see LICENSE), and some of our own.</summary>
internal static class NaughtyStrings
{
    private static readonly string[] Own =
    [
        "=HYPERLINK(\"https://evil.test\",\"open\")", "+1+1", "-1-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "a\"b,c;d", "line\u2028separator", "\u202Ereversed", "{count, plural, other {#}}", "%0d%0aSet-Cookie: a=b",
        "x;=1+1;y", "a\uFFFEb", "\uFDD0", "\u200B\u200B", "Straße ΟΔΟΣ", "sk_live_…1l9c",
    ];

    public static IReadOnlyList<string> All { get; } =
        [.. JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Browser", "Naughty", "strings.json")))!, .. Own];
}
