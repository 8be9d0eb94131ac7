using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>The glossary of <c>docs/architecture.md</c> is the law: what its column "not" has in code style names no type and no file of the program.</summary>
public class GlossaryTests
{
    private static readonly Regex PascalCase = Pattern.Of(@"^(?:[A-Z][a-z]+)+$");
    private static readonly Regex Word = Pattern.Of(@"[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+");
    private static readonly Regex LockCalledGate = Pattern.Of(@"\b(?:Lock|SemaphoreSlim)\s+gate\b");
    private static readonly Regex Path = Pattern.Of(@"^(?:SalesOs\.Dashboard(?:\.Tests)?|docs|\.ci)/[\w./-]+$");

    private static readonly IReadOnlyList<SourceFile> Files = Repository.ReadTexts();
    private static readonly Markdown Architecture = Citations.Document(Files, "docs/architecture.md");
    private static readonly IReadOnlyList<IReadOnlyList<string>> Rows = Architecture.RowsUnder("Glossary");

    private static readonly IReadOnlyList<string> Banned =
    [
        .. Rows.SelectMany(row => row[2].Split('`').Where((_, index) => index % 2 == 1)).Distinct(StringComparer.Ordinal),
    ];

    [Fact]
    public void Names_OfTheProgram_UseTheGlossarysWords() => Files.Where(file => file.IsProgram).SelectMany(Wrong).ShouldBeEmpty();

    [Fact]
    public void Glossary_AsItStands_IsShortAndReadable()
    {
        Rows.Count.ShouldBeLessThanOrEqualTo(42);
        Rows.ShouldAllBe(row => row.Count == 3 && row.All(cell => cell.Length > 0));
        Banned.ShouldAllBe(word => PascalCase.IsMatch(word));
        Banned.Contains("Refusal", StringComparer.Ordinal).ShouldBeTrue();
    }

    [Theory]
    [InlineData("Gate/GateRefusals.cs", "")]
    [InlineData("Components/Key/RefusalItem.razor", "")]
    [InlineData("Gate/Key.cs", "class KeyOutcome;")]
    [InlineData("Gate/Key.cs", "enum PageEnd { None }")]
    [InlineData("Gate/Key.cs", "record struct Decisions(int One);")]
    public void Name_WithAWordOfTheColumnNot_IsFound(string path, string text) => Wrong(new SourceFile("SalesOs.Dashboard/" + path, text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Components/Account/PageEndedPage.razor", "")]
    [InlineData("Gate/Key.cs", "class Rejection { string Outcome; }")]
    [InlineData("Gate/Key.cs", "// class KeyOutcome")]
    public void Name_WithoutOne_IsLeftAlone(string path, string text) => Wrong(new SourceFile("SalesOs.Dashboard/" + path, text)).ShouldBeEmpty();

    [Fact]
    public void Lock_OfTheProgram_IsNotCalledGate() =>
        Files.Where(file => file.IsProgram).SelectMany(file => LockCalledGate.Matches(file.Code).Select(match => file.Breaks(match.Index, "a lock is called gate"))).ShouldBeEmpty();

    [Fact]
    public void Paths_OfTheDocuments_LeadToFiles() =>
        Files.Where(Markdown.Is).Select(file => new Markdown(file))
            .SelectMany(document => document.Codes
                .Where(code => Path.IsMatch(code.Code) && !System.IO.Path.Exists(System.IO.Path.Combine(Repository.Top, code.Code)))
                .Select(code => document.Breaks(code.At, $"there is no {code.Code}")))
            .ShouldBeEmpty();

    private static IEnumerable<Violation> Wrong(SourceFile file)
    {
        var name = file.Path.Split('/')[^1].Split('.')[0];
        var types = file.IsSource ? HouseNames.TypesIn(file) : [];
        return from named in types.Append((Name: name, At: 0))
               from banned in Banned
               where Uses(named.Name, banned)
               select file.Breaks(named.At, $"the name {named.Name} uses {banned}, which the glossary replaces");
    }

    /// <summary>Whether the words of a name hold those of another one after the other, each in the singular or the plural.</summary>
    private static bool Uses(string name, string banned)
    {
        var (words, sought) = (WordsOf(name), WordsOf(banned));
        return Enumerable.Range(0, Math.Max(0, words.Length - sought.Length + 1))
            .Any(start => sought.Select((word, index) => words[start + index] is var found && (found == word || found == word + "s")).All(same => same));
    }

    private static string[] WordsOf(string name) => [.. Word.Matches(name).Select(match => match.Value)];
}
