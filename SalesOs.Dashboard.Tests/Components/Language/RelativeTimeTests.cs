using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Tests.Components.Language;

public class RelativeTimeTests : ComponentHouse
{
    [Theory]
    [InlineData("en", -10, "just now")]
    [InlineData("en", -60, "1 minute ago")]
    [InlineData("en", -180, "3 minutes ago")]
    [InlineData("en", -7200, "2 hours ago")]
    [InlineData("en", 12 * 86400, "in 12 days")]
    [InlineData("en", 90 * 86400, "in 3 months")]
    [InlineData("pt-BR", -180, "há 3 minutos")]
    [InlineData("pt-BR", -3600, "há 1 hora")]
    [InlineData("pt-BR", 86400, "em 1 dia")]
    [InlineData("pt-BR", -730 * 86400, "há 2 anos")]
    public void Say_Moment_ReadsAsPeopleSayIt(string culture, int seconds, string expected)
    {
        Speak(culture);

        Services.GetRequiredService<RelativeTime>().Say(Clock.GetUtcNow().AddSeconds(seconds)).ShouldBe(expected);
    }

    [Fact]
    public async Task SayExactly_AfterTheBrowserWasAsked_IsInTheReadersZone()
    {
        JSInterop.Setup<string?>("dashboard.arrive").SetResult("America/Sao_Paulo");
        await Services.GetRequiredService<UserTimeZone>().AskAsync();

        Services.GetRequiredService<RelativeTime>().SayExactly(Clock.GetUtcNow()).ShouldBe("Nov 22, 2026, 9:00 AM (America/Sao_Paulo)");
    }

    [Fact]
    public async Task Zone_UnknownToThisMachine_StaysUtc()
    {
        JSInterop.Setup<string?>("dashboard.arrive").SetResult("Mars/Olympus");
        var reader = Services.GetRequiredService<UserTimeZone>();
        await reader.AskAsync();

        reader.Zone.ShouldBe(TimeZoneInfo.Utc);
    }
}
