using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>How the house rules are written as regular expressions: named groups only, and never for longer than a few seconds.</summary>
public static class Pattern
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Regex Visible = Of(@"[^\r\n]");

    public static Regex Of(string pattern, RegexOptions options = RegexOptions.None) =>
        new(pattern, options | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Patience);

    /// <summary>Spaces in place of the text, line breaks kept.</summary>
    public static string Blank(string text) => Visible.Replace(text, " ");
}
