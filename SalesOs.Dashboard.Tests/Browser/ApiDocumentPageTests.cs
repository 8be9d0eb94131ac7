using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

public class ApiDocumentPageTests(Chromium chromium)
{
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
