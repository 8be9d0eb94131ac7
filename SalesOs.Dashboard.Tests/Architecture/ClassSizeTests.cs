namespace SalesOs.Dashboard.Tests.Architecture;

public class ClassSizeTests
{
    [Fact]
    public void Classes_OfTheProgram_AreShortAllPartsTogether() => ClassSizes.Check(Repository.Read()).ShouldBeEmpty();

    [Theory]
    [InlineData("KeyPage.cs", 340, "KeyPage.Acts.cs", 20)]
    [InlineData("KeyPage.razor", 100, "KeyPage.razor.cs", 260)]
    [InlineData("KeyPage.cs", 360, "Other.cs", 10)]
    public void Class_TooLong_IsFound(string one, int lines, string other, int others) =>
        Check((one, Source(one, lines)), (other, Source(other, others))).ShouldHaveSingleItem().Rule.ShouldContain("KeyPage has 36");

    [Theory]
    [InlineData("KeyPage.cs", 340, "Other.cs", 340)]
    [InlineData("KeyPage.razor", 100, "KeyPage.razor.cs", 240)]
    public void Class_ShortEnough_IsLeftAlone(string one, int lines, string other, int others) => Check((one, Source(one, lines)), (other, Source(other, others))).ShouldBeEmpty();

    [Fact]
    public void Classes_ShortOnesInOneLongFile_AreLeftAlone() => Check(("Pages.cs", Source("A.cs", 300) + Source("B.cs", 300))).ShouldBeEmpty();

    private static IReadOnlyList<Violation> Check(params (string Name, string Text)[] files) =>
        [.. ClassSizes.Check(files.Select(file => new SourceFile("SalesOs.Dashboard/Components/KeyDetail/" + file.Name, file.Text)))];

    private static string Source(string file, int lines) => file.EndsWith(".razor", StringComparison.Ordinal)
        ? string.Concat(Enumerable.Repeat("<p>}</p>\n", lines))
        : $"partial class {file.Split('.')[0]}\n{{\n{string.Concat(Enumerable.Repeat("    // }\n", lines - 3))}}}\n";
}
