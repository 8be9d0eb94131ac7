using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

public class ApiDocumentPageTests(Chromium chromium)
{
    [Theory]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    public async Task Page_WideAndNarrowLightAndDark_IsAccessible(int width, bool dark)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, width, dark);
        var reader = await Person.OpenAsync(window, "/docs/api");
        await reader.Page.Locator("h1").First.WaitForAsync();

        (await reader.Page.Locator("h1").CountAsync()).ShouldBe(1);
        await reader.ShouldBeAccessibleAsync("/docs/api");
    }

    [Fact]
    public async Task Page_InABrowser_ShowsTheApiWithinThePolicyAndAsksNoOtherHost()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var page = await window.NewPageAsync();
        var troubles = new List<string>();
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                troubles.Add(message.Text);
            }
        };
        page.PageError += (_, error) => troubles.Add(error);
        page.Request += (_, request) => hosts.Add(new Uri(request.Url).GetLeftPart(UriPartial.Authority));

        await page.GotoAsync("/docs/api");
        await page.GetByText("Make a successor with the same settings").First.ClickAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        troubles.ShouldBeEmpty();
        hosts.Where(host => host.StartsWith("http", StringComparison.Ordinal)).ShouldBe([dashboard.BaseAddress.GetLeftPart(UriPartial.Authority)]);
    }
}
