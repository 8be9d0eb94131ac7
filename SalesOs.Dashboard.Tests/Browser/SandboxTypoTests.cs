using Microsoft.Playwright;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The sandbox tells a mistyped value by its checksum, as <see cref="CredentialFormat"/> does.</summary>
public class SandboxTypoTests(Chromium chromium)
{
    [Fact]
    public async Task Typo_InAKeyOrASecret_IsToldAtItsFieldAndNothingIsSent()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test", KeyLinks.Sandbox);
        var sent = 0;
        auditor.Page.Request += (_, request) => sent += request.Url.EndsWith("/v1/whoami", StringComparison.Ordinal) ? 1 : 0;
        var (apiKey, secret) = (CredentialFormat.NewApiKey(test: true), CredentialFormat.NewSecret(test: true));
        var (key, hidden) = (auditor.Page.GetByLabel("API_KEY"), auditor.Page.GetByLabel("API key secret"));
        foreach (var at in (int[])[10, 25, CredentialFormat.ApiKeyLength - 1])
        {
            await key.FillAsync(Mistyped(apiKey, at));
            await hidden.FillAsync(secret);
            await auditor.Button("Sign and send").ClickAsync();
            await Assertions.Expect(key).ToHaveAttributeAsync("aria-invalid", "true");
            await Assertions.Expect(auditor.Page.Locator("#sandbox-key-fault")).ToHaveTextAsync("The last characters of this API key don’t fit the rest: it has a typo. Copy it again.");
            await Assertions.Expect(auditor.Page.Locator("#sandbox-secret-fault")).ToBeHiddenAsync();

            await key.FillAsync(apiKey);
            await hidden.FillAsync(Mistyped(secret, at + CredentialFormat.SecretLength - CredentialFormat.ApiKeyLength));
            await auditor.Button("Sign and send").ClickAsync();
            await Assertions.Expect(hidden).ToHaveAttributeAsync("aria-invalid", "true");
            await Assertions.Expect(auditor.Page.Locator("#sandbox-secret-fault")).ToHaveTextAsync("The last characters of this secret don’t fit the rest: it has a typo. Copy it again.");
            await Assertions.Expect(auditor.Page.Locator("#sandbox-key-fault")).ToBeHiddenAsync();
        }

        sent.ShouldBe(0);
        await hidden.FillAsync(secret);
        await auditor.Button("Sign and send").ClickAsync();
        await Assertions.Expect(auditor.Page.Locator("[data-value=status]")).ToHaveTextAsync("401 Unauthorized");
        sent.ShouldBe(1);

        static string Mistyped(string text, int at) => text[..at] + (text[at] == '7' ? '8' : '7') + text[(at + 1)..];
    }
}
