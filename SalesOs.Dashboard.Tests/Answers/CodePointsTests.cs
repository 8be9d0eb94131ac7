using CsCheck;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Answers;

public class CodePointsTests
{
    [Fact]
    public void Cut_OfAnyText_IsItsBeginningAndSplitsNoPair() =>
        Gen.Select(OddText.Any, Gen.Int[0, 30]).Sample((text, most) =>
        {
            var cut = CodePoints.Cut(text, most);
            text.ShouldStartWith(cut, Case.Sensitive);
            CodePoints.Count(cut).ShouldBe(Math.Min(most, CodePoints.Count(text)));
            (CodePoints.AreWhole(text) && !CodePoints.AreWhole(cut)).ShouldBeFalse();
        });

    [Theory]
    [InlineData("😀é", 2)]
    [InlineData("e\u0301", 2)]
    [InlineData("", 0)]
    public void Count_CountsWhatMaxLengthMeans(string text, int count) => CodePoints.Count(text).ShouldBe(count);
}
