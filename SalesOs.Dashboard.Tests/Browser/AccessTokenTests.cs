using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The access token of one's own session, from the account menu to a call of the management API.</summary>
public class AccessTokenTests(Chromium chromium)
{
    [Fact]
    public async Task Token_AskedFor_IsShownRecordedAndWorksWithThePrintedSample()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await OpenAsync(admin);
        (await EntriesAsync(dashboard)).ShouldBe(0, "opening the dialog shows nothing yet");

        await admin.Button("Show the token").ClickAsync();
        var token = await admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Access token" }).InnerTextAsync();
        var sample = await admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Try it in bash" }).InnerTextAsync();

        (await EntriesAsync(dashboard)).ShouldBe(1);
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Expires in");
        await admin.ShouldBeAccessibleAsync("token");
        await admin.ShouldFitAsync("token");
        (await RunAsync(sample, token)).ShouldContain("\"total\":0");
        using (var client = dashboard.NewClient())
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await client.GetAsync("/v1/api-keys");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await admin.Button("Close").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText(token)).ToHaveCountAsync(0);
        // What the browser has of the page itself never held it, and no cache may.
        var page = await window.APIRequest.GetAsync("/integrations/api-keys");
        (await page.TextAsync()).ShouldNotContain(token[^40..]);
        page.Headers["cache-control"].ShouldContain("no-store");
        admin.Troubles.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("auditor@acme.test", 1)]
    [InlineData("manager@acme.test", 0)]
    public async Task Menu_OffersTheTokenToWhoeverHasACapability(string person, int offered)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var somebody = await Person.SignInAsync(window, person);
        await somebody.Page.Locator(".account-button").ClickAsync();

        (await somebody.Button("Access token for the API").CountAsync()).ShouldBe(offered);
    }

    [Fact]
    public async Task Menu_WhereTheApiIsOff_DoesNotOfferIt()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--Api:Enabled=false");
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Page.Locator(".account-button").ClickAsync();

        (await admin.Button("Access token for the API").CountAsync()).ShouldBe(0);
    }

    private static async Task OpenAsync(Person person)
    {
        await person.Page.Locator(".account-button").ClickAsync();
        await person.Button("Access token for the API").ClickAsync();
        await Assertions.Expect(person.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Whoever has it may do what you may");
        await Assertions.Expect(person.Page.Locator("#account-panel")).ToBeHiddenAsync();
    }

    private static async Task<long> EntriesAsync(RunningDashboard dashboard) =>
        (await dashboard.Services.GetRequiredService<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.TokenShown), KeyHouse.Auditor())).Value!.Total;

    private static async Task<string> RunAsync(string sample, string token)
    {
        var start = new ProcessStartInfo("bash", ["-c", sample]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["no_proxy"] = "127.0.0.1";
        using var running = Process.Start(start)!;
        await running.StandardInput.WriteLineAsync(token);
        var output = await running.StandardOutput.ReadToEndAsync();
        await running.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return output;
    }
}
