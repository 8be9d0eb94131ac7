using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The receipt of a revocation in the dashboard: on the key's page, as a file, and on paper.</summary>
public class ReceiptPageTests(Chromium chromium)
{
    [Fact]
    public async Task Receipt_OfARevokedKey_IsShownLiveTakenAsAFileThatVerifiesAndPrinted()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var made = (await keys.CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin())).Value!;
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", $"/integrations/api-keys/{made.Key.Id}");
        await Assertions.Expect(auditor.Page.Locator("#revocation")).ToHaveCountAsync(0);

        // The open page hears of the revoke, then of the probe, then of each attempt.
        (await keys.RevokeAsync(made.Key.Id, "leaked", KeyHouse.Admin())).Done.ShouldBeTrue();
        var section = auditor.Page.Locator("#revocation");
        await Assertions.Expect(section).ToContainTextAsync("Refused: answer 401");
        await Assertions.Expect(section).ToContainTextAsync("0 requests signed with this key");
        var authorization = RequestSigner.Authorization(made.ApiKey, made.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
        (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + authorization).SendAsync(dashboard.BaseAddress)).Status.ShouldBe(401);
        await Assertions.Expect(section).ToContainTextAsync("1 request signed with this key");

        await auditor.ShouldBeAccessibleAsync("the receipt on the key's page", section);
        await auditor.Page.SetViewportSizeAsync(360, 800);
        await auditor.ShouldFitAsync("the key's page on a phone");
        await auditor.Page.SetViewportSizeAsync(1440, 900);

        var download = await auditor.Page.RunAndWaitForDownloadAsync(() => section.GetByRole(AriaRole.Link, new() { Name = "Download receipt" }).ClickAsync());
        download.SuggestedFilename.ShouldBe($"receipt-{made.Key.KeyPrefix}.json");
        using var verifier = new Verifier();
        verifier.Put("public.pem", dashboard.Services.GetRequiredService<AuditSigner>().PublicKeyPem);
        verifier.Put("receipt.json", await File.ReadAllTextAsync(await download.PathAsync()));
        (await verifier.RunAsync("--key", "public.pem", "--receipt", "receipt.json")).Single().Whole.ShouldBeTrue();

        await section.GetByRole(AriaRole.Link, new() { Name = "Page to print" }).PressAsync("Enter");
        await auditor.ArriveAsync("/receipt$");
        await Assertions.Expect(auditor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Revocation receipt");
        await auditor.ShouldBeAccessibleAsync("the receipt");
        await auditor.Page.SetViewportSizeAsync(360, 800);
        await auditor.ShouldFitAsync("the receipt on a phone");
        await auditor.Page.EvaluateAsync("() => { window.printed = 0; window.print = () => window.printed++; }");
        await auditor.Button("Print").PressAsync("Enter");
        await auditor.Page.WaitForFunctionAsync("() => window.printed === 1");
        await auditor.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(auditor.Button("Print")).ToBeHiddenAsync();
        await Assertions.Expect(auditor.Page.GetByText("salesos-revocation-receipt-v1")).ToBeVisibleAsync();
        auditor.Troubles.ShouldBeEmpty();

        // Nobody else's, and none of a key that is not revoked.
        var active = (await keys.CreateAsync(new NewKey("ERP"), KeyHouse.Admin())).Value!;
        (await StatusAsync(auditor, active.Key.Id)).ShouldBe(404);
        await using var other = await chromium.NewWindowAsync(dashboard.BaseAddress);
        (await StatusAsync(await Person.SignInAsync(other, "admin@beta.test"), made.Key.Id)).ShouldBe(404);
    }

    private static async Task<int> StatusAsync(Person person, Guid key) =>
        (await person.Page.Context.APIRequest.GetAsync($"{new Uri(person.Page.Url).GetLeftPart(UriPartial.Authority)}/integrations/api-keys/{key}/receipt.json")).Status;
}
