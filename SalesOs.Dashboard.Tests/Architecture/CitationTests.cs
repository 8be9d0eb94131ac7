namespace SalesOs.Dashboard.Tests.Architecture;

public class CitationTests
{
    private const string Own = "SalesOs.Dashboard.Tests/Architecture/CitationTests.cs";

    private static readonly IReadOnlyList<SourceFile> Files = Repository.ReadTexts();
    private static readonly Citations Known = Citations.Known(Files);

    [Fact]
    public void Citations_OfTheRepository_AllExist() => Files.Where(file => file.Path != Own).SelectMany(Known.Missing).ShouldBeEmpty();

    [Fact]
    public void Links_OfTheDocuments_AllLeadSomewhere() => Files.Where(Markdown.Is).SelectMany(Broken).ShouldBeEmpty();

    [Fact]
    public void Documents_Read_HoldWhatIsKnownToBeThere()
    {
        Known.Guarantees.Count.ShouldBe(32);
        Known.Guarantees.Contains("N10").ShouldBeTrue();
        Known.Checks.ShouldBe(Enumerable.Range(0, 11).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)), ignoreOrder: true);
        Files.ShouldContain(file => file.Path == ".ci/mutations");
        Files.ShouldContain(file => file.Path == "SalesOs.Dashboard/Components/KeyList/KeyRow.razor");
    }

    [Fact]
    public void Guarantee_OfEachNumber_NamesATestOrSaysThatNoneShowsIt()
    {
        var document = Citations.Document(Files, "docs/guarantees.md");
        Known.Guarantees.Where(number => document.Under(number) is var text && !text.Contains("Tests`", StringComparison.Ordinal) && !text.Contains("**Not shown", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/// <summary>Guarantee S9: gone.</summary>")]
    [InlineData("// as guarantees N1 and N99 say")]
    [InlineData("// the house keeps guarantee\n    // Z1")]
    [InlineData("// check 98 comes last")]
    [InlineData("/// <summary>Checks 4 to 12.</summary>")]
    [InlineData("// see checks 1, 2 and 30")]
    public void Number_ThatStandsInNoDocument_IsFound(string line) => Known.Missing(new SourceFile("SalesOs.Dashboard/Gate/Key.cs", line)).ShouldHaveSingleItem();

    [Theory]
    [InlineData("/// <summary>Guarantee S1: kept.</summary>")]
    [InlineData("// guarantees A2 and A5, checks 0 to 2")]
    [InlineData("parse 4.85, all checks 15.19")]
    public void Number_ThatStandsThere_IsLeftAlone(string line) => Known.Missing(new SourceFile("SalesOs.Dashboard/Gate/Key.cs", line)).ShouldBeEmpty();

    [Fact]
    public void TestClass_ThatIsNotThere_IsFound() =>
        Known.Missing(new SourceFile("docs/a.md", "`CitationTests` and `NowhereTests`")).ShouldHaveSingleItem().Rule.ShouldContain("NowhereTests");

    [Theory]
    [InlineData("[a](nowhere.md)")]
    [InlineData("[a](../docs/nowhere.md)")]
    [InlineData("![a](screens/nowhere.png)")]
    [InlineData("[a](signing.md#nowhere)")]
    [InlineData("[a](#nowhere)")]
    public void Link_ThatLeadsNowhere_IsFound(string text) => Broken(new SourceFile("docs/operations.md", text)).ShouldHaveSingleItem();

    [Theory]
    [InlineData("[a](signing.md#the-gate)")]
    [InlineData("[a](architecture.md#where-to-put-a-new-)")]
    [InlineData("[a](../README.md)")]
    [InlineData("[a](decisions)")]
    [InlineData("[a](#backups)")]
    [InlineData("[a](../SalesOs.Dashboard/Components/Guide/Pages/en/keys.md#rotation)")]
    [InlineData("[a]({{site}}/integrations/nowhere)")]
    [InlineData("[a](https://example.com/nowhere)")]
    [InlineData("`[a](nowhere.md)`")]
    [InlineData("```\n[a](nowhere.md)\n```")]
    public void Link_ThatLeadsSomewhere_IsLeftAlone(string text) => Broken(new SourceFile("docs/operations.md", text)).ShouldBeEmpty();

    private static IEnumerable<Violation> Broken(SourceFile file) => Citations.BrokenLinks(
        new Markdown(file),
        path => Path.Exists(Path.Combine(Repository.Top, path)),
        path => Citations.Document(Files, path).Anchors);
}
