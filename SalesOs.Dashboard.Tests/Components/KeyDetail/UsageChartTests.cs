using Bunit;
using SalesOs.Dashboard.Components.KeyDetail;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class UsageChartTests : ComponentHouse
{
    [Theory]
    [InlineData("en", UsageRange.Day, "Requests per 15 minutes")]
    [InlineData("en", UsageRange.Week, "Requests per 3 hours")]
    [InlineData("en", UsageRange.Month, "Requests per day")]
    [InlineData("pt-BR", UsageRange.Week, "Requisições a cada 3 horas")]
    [InlineData("pt-BR", UsageRange.Quarter, "Requisições por dia")]
    public void Chart_OfEachRange_SaysHowLongABarIs(string culture, UsageRange range, string said)
    {
        Speak(culture);
        var now = Clock.GetUtcNow();

        var chart = Render<UsageChart>(p => p
            .Add(c => c.Bars, [new UsageBar(now.AddHours(-3), now, LetIn: 5, Refused: 0)])
            .Add(c => c.Range, range)
            .Add(c => c.Title, "Requests")
            .Add(c => c.Top, 6));

        chart.Find("figcaption").TextContent.ShouldBe(said);
        chart.FindAll(".scale span").Select(s => s.TextContent).ShouldBe(["6", "3", "0"]);
    }
}
