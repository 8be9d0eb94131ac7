using System.Text;
using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>A Markdown document of the repository, as far as the rules of this folder read it.</summary>
public sealed class Markdown
{
    private static readonly Regex Fence = Pattern.Of("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline);
    private static readonly Regex Indented = Pattern.Of(@"(?<=\n\n)(?: {4}.*(?:\n|$))+");
    private static readonly Regex CodeSpan = Pattern.Of("`(?<code>[^`\n]+)`");
    private static readonly Regex Heading = Pattern.Of(@"^#{1,6} +(?<text>.+?) *$", RegexOptions.Multiline);
    private static readonly Regex Named = Pattern.Of(@"\{#(?<anchor>[a-z-]+)\}$");
    private static readonly Regex Link = Pattern.Of(@"\]\((?<target>[^)\s]+)\)");

    private readonly SourceFile file;
    private readonly string text;

    public Markdown(SourceFile file)
    {
        this.file = file;
        text = Indented.Replace(Fence.Replace(file.Text, block => Pattern.Blank(block.Value)), block => Pattern.Blank(block.Value));
    }

    public string Path => file.Path;

    /// <summary>What stands in code style in the running text; blocks of code are left out.</summary>
    public IEnumerable<(string Code, int At)> Codes => CodeSpan.Matches(text).Select(match => (match.Groups["code"].Value, match.Index));

    /// <summary>Targets of links and images, as they are written.</summary>
    public IEnumerable<(string Target, int At)> Links =>
        Link.Matches(CodeSpan.Replace(text, span => Pattern.Blank(span.Value))).Select(match => (match.Groups["target"].Value, match.Index));

    /// <summary>The anchors of its headings: those that they name, else made as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>(StringComparer.Ordinal);
            foreach (var anchor in Headings.Select(AnchorOf))
            {
                for (var again = 0; !anchors.Add(again == 0 ? anchor : FormattableString.Invariant($"{anchor}-{again}")); again++)
                {
                }
            }

            return anchors;
        }
    }

    public IEnumerable<string> Headings => Heading.Matches(text).Select(match => match.Groups["text"].Value);

    public static bool Is(SourceFile file) => file.Path.EndsWith(".md", StringComparison.Ordinal);

    public Violation Breaks(int at, string rule) => file.Breaks(at, rule);

    /// <summary>The lines from a heading with this text to the next heading.</summary>
    public string Under(string heading)
    {
        var matches = Heading.Matches(text);
        var index = matches.Select(match => match.Groups["text"].Value).ToList().IndexOf(heading);
        index.ShouldBeGreaterThanOrEqualTo(0, $"{Path} has a heading {heading}");
        var from = matches[index].Index + matches[index].Length;
        return text[from..(index + 1 < matches.Count ? matches[index + 1].Index : text.Length)];
    }

    /// <summary>The cells of the rows of the tables under a heading, without their headers.</summary>
    public IReadOnlyList<IReadOnlyList<string>> RowsUnder(string heading)
    {
        var lines = Under(heading).Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        var rows = new List<IReadOnlyList<string>>();
        for (var i = 0; i < lines.Count; i++)
        {
            var isHeader = i + 1 < lines.Count && IsRule(lines[i + 1]);
            if (!isHeader && !IsRule(lines[i]))
            {
                rows.Add(lines[i]);
            }
        }

        return rows;
    }

    private static bool IsRule(string[] cells) => cells.All(cell => cell.Trim(':').Length > 2 && cell.Trim(':').All(character => character == '-'));

    /// <summary>A heading may name its anchor itself, as <c>{#anchor}</c> at its end; it is the same in every language then.</summary>
    private static string AnchorOf(string heading)
    {
        if (Named.Match(heading) is { Success: true } named)
        {
            return named.Groups["anchor"].Value;
        }

        var anchor = new StringBuilder();
        foreach (var character in heading.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(character) || character is '-' or '_')
            {
                anchor.Append(character);
            }
            else if (character == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }
}
