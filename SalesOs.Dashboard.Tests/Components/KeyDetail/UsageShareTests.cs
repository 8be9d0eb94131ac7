using System.Globalization;
using SalesOs.Dashboard.Components.KeyDetail;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class UsageShareTests : ComponentHouse
{
    [Theory]
    [InlineData(0, 10, "0%")]
    [InlineData(10, 10, "100%")]
    [InlineData(1, 100_000, "<0.1%")]
    [InlineData(1, 1000, "0.1%")]
    [InlineData(1, 2, "50.0%")]
    [InlineData(998, 1000, "99.80%")]
    [InlineData(99_999, 100_000, ">99.99%")]
    public void Percent_NearlyNothingAndNearlyAll_AreNotRoundedToIt(long part, long whole, string said) =>
        UsageSection.Percent(part, whole).Replace(" ", "", StringComparison.Ordinal).ShouldBe(said);

    [Fact]
    public void Percent_InPortuguese_IsWrittenSo()
    {
        Speak("pt-BR");

        UsageSection.Percent(1, 100_000).ShouldBe("<" + 0.001.ToString("P1", CultureInfo.GetCultureInfo("pt-BR")));
        UsageSection.Percent(1, 100_000).ShouldContain("0,1");
    }
}
