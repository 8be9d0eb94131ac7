using System.Globalization;
using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>What sources and documents cite by number or name: guarantees, checks of the gate, test classes, other documents.</summary>
/// <param name="Guarantees">Such as <c>S4</c>.</param>
/// <param name="Checks">Such as <c>7</c>.</param>
/// <param name="TestClasses">Names without namespace.</param>
public sealed record Citations(IReadOnlySet<string> Guarantees, IReadOnlySet<string> Checks, IReadOnlySet<string> TestClasses)
{
    /// <summary>A comment may break the line between the word and the number.</summary>
    private const string Gap = @"(?:\s|///?|#)+";

    private static readonly Regex Guarantee = Series("[Gg]uarantees?", @"[A-Z]\d{1,2}\b");
    private static readonly Regex Check = Series("[Cc]hecks?", @"\d{1,2}\b(?!\.\d)");
    private static readonly Regex TestClass = Pattern.Of(@"^\w+Tests$");

    /// <summary>What is written in the documents themselves, and the classes of this assembly.</summary>
    public static Citations Known(IReadOnlyList<SourceFile> files)
    {
        var guarantees = Document(files, "docs/guarantees.md").Headings.Where(heading => heading.Length is 2 or 3 && char.IsAsciiLetterUpper(heading[0]) && char.IsAsciiDigit(heading[1]));
        var checks = Document(files, "docs/signing.md").RowsUnder("The gate").Select(row => row[0]);
        var classes = typeof(Citations).Assembly.GetTypes().Select(type => type.Name);
        return new Citations(guarantees.ToHashSet(StringComparer.Ordinal), checks.ToHashSet(StringComparer.Ordinal), classes.ToHashSet(StringComparer.Ordinal));
    }

    public static Markdown Document(IReadOnlyList<SourceFile> files, string path) => new(files.Single(file => file.Path == path));

    public IEnumerable<Violation> Missing(SourceFile file) =>
        Missing(file, Guarantee, Guarantees, "guarantee", "docs/guarantees.md")
            .Concat(Missing(file, Check, Checks, "check", "docs/signing.md"))
            .Concat(Markdown.Is(file) ? MissingClasses(new Markdown(file)) : []);

    /// <summary>Links of a document that lead to no file, or to no heading of it. Addresses of other hosts are not asked, nor those of the running program, which begin with a place to fill.</summary>
    /// <param name="isFile">Whether there is a file or a folder at a path from the top of the repository.</param>
    /// <param name="anchorsOf">The anchors of the document at a path.</param>
    public static IEnumerable<Violation> BrokenLinks(Markdown document, Func<string, bool> isFile, Func<string, IReadOnlySet<string>> anchorsOf)
    {
        foreach (var (target, at) in document.Links.Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith("{{", StringComparison.Ordinal)))
        {
            var (file, anchor) = target.Split('#') is [var before, var behind] ? (before, behind) : (target, null);
            var path = file.Length == 0 ? document.Path : Combine(document.Path, file);
            if (!isFile(path))
            {
                yield return document.Breaks(at, $"leads to {path}, which is not there");
            }
            else if (anchor is not null && !anchorsOf(path).Contains(anchor))
            {
                yield return document.Breaks(at, $"leads to the heading #{anchor} of {path}, which is not there");
            }
        }
    }

    private static Regex Series(string word, string number) =>
        Pattern.Of($@"\b(?:{word}){Gap}(?<number>{number})(?:(?:{Gap}(?:and|or|to){Gap}|,{Gap}|–)(?<number>{number}))*");

    private static IEnumerable<Violation> Missing(SourceFile file, Regex cited, IReadOnlySet<string> known, string what, string where) =>
        from Match match in cited.Matches(file.Text)
        from Capture number in match.Groups["number"].Captures
        where !known.Contains(number.Value)
        select file.Breaks(number.Index, string.Create(CultureInfo.InvariantCulture, $"{what} {number.Value} does not stand in {where}"));

    private static string Combine(string document, string target)
    {
        var folders = new List<string>(document.Split('/')[..^1]);
        foreach (var part in target.TrimEnd('/').Split('/'))
        {
            if (part == ".." && folders.Count > 0)
            {
                folders.RemoveAt(folders.Count - 1);
            }
            else if (part != ".")
            {
                folders.Add(part);
            }
        }

        return string.Join('/', folders);
    }

    private IEnumerable<Violation> MissingClasses(Markdown document) =>
        document.Codes.Where(code => TestClass.IsMatch(code.Code) && !TestClasses.Contains(code.Code))
            .Select(code => document.Breaks(code.At, $"there is no test class {code.Code}"));
}
