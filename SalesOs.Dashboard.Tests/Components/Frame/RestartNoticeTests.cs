using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Frame;

namespace SalesOs.Dashboard.Tests.Components.Frame;

public class RestartNoticeTests : ComponentHouse
{
    [Theory]
    [InlineData("en", "The server is restarting.")]
    [InlineData("pt-BR", "O servidor está reiniciando.")]
    public void OpenPage_ServerToldToStop_SaysSoInARegionThatWasThere(string culture, string words)
    {
        Speak(culture);
        var notice = Render<RestartNotice>();
        notice.Find("[role=status]").TextContent.Trim().ShouldBeEmpty();

        Services.GetRequiredService<Stopping>().Tell();

        notice.WaitForElement("[role=status] p").TextContent.ShouldStartWith(words);
    }

    [Fact]
    public void Page_OpenedAfterwards_SaysSoAtOnce()
    {
        Services.GetRequiredService<Stopping>().Tell();

        Render<RestartNotice>().Find("[role=status] p").TextContent.ShouldContain("restarting");
    }

    [Fact]
    public async Task Page_ThatHasGone_IsNotTold()
    {
        Render<RestartNotice>();
        await DisposeComponentsAsync();

        Should.NotThrow(Services.GetRequiredService<Stopping>().Tell);
    }
}
