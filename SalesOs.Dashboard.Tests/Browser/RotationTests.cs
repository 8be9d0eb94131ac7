using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>A rotation from its begin to its end, left and found again, on the pages of both keys.</summary>
public class RotationTests(Chromium chromium)
{
    [Fact]
    public async Task Rotation_MadeSavedUsedHeldAndEnded_IsFollowedOnBothPages()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var old = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Nightly export", SingleUse: false), KeyHouse.Admin())).Value!;
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", $"/integrations/api-keys/{old.Key.Id}");
        var (dialog, wizard) = (admin.Page.GetByRole(AriaRole.Dialog), admin.Page.Locator("#rotation .wizard"));

        await admin.Button("Rotate…").ClickAsync();
        await admin.Page.GetByLabel("This key ends", new() { Exact = true }).SelectOptionAsync("Once nobody uses it any more");
        await admin.Page.GetByLabel("Without use for", new() { Exact = true }).SelectOptionAsync("3 cycles");
        await admin.ShouldBeAccessibleAsync("the dialog to rotate a key", dialog);
        await admin.Page.SetViewportSizeAsync(360, 740);
        await admin.ShouldFitAsync("the dialog to rotate a key");
        await admin.Page.SetViewportSizeAsync(1280, 800);
        await admin.Button("Make the successor").ClickAsync();
        var (apiKey, secret) = await admin.RevealedAsync();
        await admin.SaveAsync();
        await StepAsync("The new key is in use");
        await Assertions.Expect(wizard).ToContainTextAsync("By itself after 3 cycles without use.");

        (await CallAsync(old.ApiKey, old.Secret)).ShouldBe(HttpStatusCode.OK);
        (await CallAsync(apiKey, secret)).ShouldBe(HttpStatusCode.OK);
        await StepAsync("Nobody uses the old key any more");
        await Assertions.Expect(wizard.GetByRole(AriaRole.Row).Last).ToContainTextAsync("nightly/3");
        await Assertions.Expect(wizard.GetByRole(AriaRole.Row).Last).ToContainTextAsync("GET /v1/whoami");
        await admin.ShouldBeAccessibleAsync("a rotation under way");
        await admin.Page.SetViewportSizeAsync(360, 740);
        await admin.ShouldFitAsync("a rotation under way");
        await admin.Page.SetViewportSizeAsync(1280, 800);

        // Its latest moment has come, and somebody still calls.
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("""UPDATE "rotations" SET "Latest" = 1"""));
        await dashboard.Services.GetRequiredService<RotationEnds>().EndDueAsync();
        await Assertions.Expect(wizard).ToContainTextAsync("the old key was still needed when it should have ended, so nothing was revoked");
        (await CallAsync(old.ApiKey, old.Secret)).ShouldBe(HttpStatusCode.OK);

        await admin.Page.Locator("#rotation article").Last.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(admin.Page.Locator("#rotation article").Last).ToContainTextAsync("this key");
        await admin.Button("Change how it ends…").PressAsync("Enter");
        await admin.ShouldBeAccessibleAsync("the dialog to change a rotation's end", dialog);
        await admin.Page.GetByLabel("This key ends", new() { Exact = true }).SelectOptionAsync("When I end it");
        await admin.Button("Save").ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(wizard).ToContainTextAsync("When you end it.");

        await admin.Button("End the old key…").ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("The new key goes on working.");
        await admin.ShouldBeAccessibleAsync("the dialog to end a rotation", dialog);
        await admin.Button("End the old key").DblClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(wizard.Locator("li.done")).ToHaveCountAsync(5);
        (await CallAsync(old.ApiKey, old.Secret)).ShouldBe(HttpStatusCode.Unauthorized);
        (await CallAsync(apiKey, secret)).ShouldBe(HttpStatusCode.OK);
        await admin.ShouldBeAccessibleAsync("a rotation that is over");
        admin.Troubles.ShouldBeEmpty();

        Task StepAsync(string underWay) => Assertions.Expect(wizard.Locator("[aria-current=step]").First).ToContainTextAsync(underWay);

        async Task<HttpStatusCode> CallAsync(string key, string itsSecret)
        {
            using var client = dashboard.NewClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
            request.Headers.UserAgent.ParseAdd("nightly/3");
            request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key, itsSecret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }
}
