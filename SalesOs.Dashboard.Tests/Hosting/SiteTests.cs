using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>What tells one place from another.</summary>
public sealed class SiteTests
{
    [Fact]
    public async Task Label_ThatIsSet_IsOnEveryPageInItsTitleAndInTheHealth()
    {
        await using var dashboard = await RunningDashboard.StartAsync(map: Visitor.MapMirror, settings: "--Site:Label=Staging <2>");
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync();

        foreach (var address in new[] { "/integrations/api-keys", "/integrations/sandbox", "/integrations/audit", "/signed-out", "/sign-in/failed", "/page-ended", "/not-there" })
        {
            var html = await (await visitor.GetAsync(address)).Content.ReadAsStringAsync();
            html.ShouldContain(">Staging &lt;2&gt;</p>", Case.Sensitive, address);
            WebUtility.HtmlDecode(html).ShouldContain("<title>Staging <2> · ", Case.Sensitive, address);
            WebUtility.HtmlDecode(html).ShouldContain(" · SalesOS</title>", Case.Sensitive, address);
        }

        var document = await dashboard.Client.GetStringAsync("/docs/api");
        document.ShouldContain("Staging &lt;2&gt;");
        document.ShouldNotContain("Staging <2>");
        JsonElement.Parse(await dashboard.Client.GetStringAsync("/health/live")).GetProperty("label").GetString().ShouldBe("Staging <2>");
        JsonElement.Parse(await dashboard.Client.GetStringAsync("/openapi/v1.json")).GetProperty("info").GetProperty("title").GetString().ShouldBe("Staging <2> · SalesOS API");
    }

    [Fact]
    public async Task Label_ThatIsNotSet_IsNowhere()
    {
        await using var dashboard = await RunningDashboard.StartAsync();

        var html = await dashboard.Client.GetStringAsync("/signed-out");
        WebUtility.HtmlDecode(html).ShouldContain("<title>You are signed out · SalesOS</title>");
        html.ShouldNotContain("ribbon");
    }

    [Theory]
    [InlineData("", "https://pages.example.com")]
    [InlineData("https://api.example.com", "https://api.example.com")]
    [InlineData("http://api.example.com:8443/", "http://api.example.com:8443")]
    public void Address_ForPrograms_IsTheSetOneOrThePagesOwn(string setting, string address)
    {
        SiteOptions.Faults(With("Site:ApiAddress", setting)).ShouldBeEmpty();

        SiteOptions.From(With("Site:ApiAddress", setting)).AddressFor("https://pages.example.com/").ShouldBe(address);
    }

    [Theory]
    [InlineData("Site:ApiAddress", "api.example.com")]
    [InlineData("Site:ApiAddress", "ftp://api.example.com")]
    [InlineData("Site:ApiAddress", "https://api.example.com/v1")]
    [InlineData("Site:ApiAddress", "https://api.example.com/?a")]
    [InlineData("Site:ApiAddress", "https://api.example.com/#a")]
    [InlineData("Site:ApiAddress", "https://me@api.example.com")]
    [InlineData("Site:ApiAddress", "https://api.example.com'; rm -rf /")]
    [InlineData("Site:ApiAddress", "https://äpi.example.com")]
    [InlineData("Site:ApiAddress", "/v1")]
    [InlineData("Site:Label", "12345678901234567890123456789012345678901")]
    [InlineData("Site:Label", "two\nlines")]
    [InlineData("Site:Label", "  ")]
    public void Setting_ThatIsNone_IsAFaultThatNamesIt(string setting, string value) =>
        SiteOptions.Faults(With(setting, value)).ShouldHaveSingleItem().ShouldStartWith(setting + ": ");

    private static IConfigurationRoot With(string setting, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting, (string?)value)]).Build();
}
