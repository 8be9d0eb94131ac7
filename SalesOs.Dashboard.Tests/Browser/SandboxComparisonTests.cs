using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Usage;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The sandbox names what another program did wrong when it signed, and marks where that differs.</summary>
public class SandboxComparisonTests(Chromium chromium)
{
    private const string Spaced = """{ "name": "Rui" }""";
    private const string Minified = """{"name":"Rui"}""";

    [Fact]
    public async Task Mistakes_OfAnotherProgram_AreNamedAndMarkedWhereTheyDiffer()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var made = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("CRM sync", KeyEnvironment.Test), KeyHouse.Admin())).Value!;
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", KeyLinks.ToSandbox(made.Key.Id));
        await admin.Page.GetByLabel("API key secret").FillAsync(made.Secret);
        const string Time = "1750000000";
        // Digests may begin alike.
        var (wrongK2, rightK2) = (K2(made, Time, hexBetween: true), K2(made, Time, hexBetween: false));
        var alike = wrongK2.AsSpan().CommonPrefixLength(rightK2);

        // What the program sent, and what it signed; then the part that differs, and on each side the text with what is marked in brackets.
        foreach (var (culprit, sent, signed, part, theirs, right) in (Mistake[])[
            new(Culprit.QueryLeftOut, new("GET", "/v1/leads?page=2", ""), new("GET", "/v1/leads", ""), "PATH", "/v1/leads[(missing)]", "/v1/leads[?page=2]"),
            new(Culprit.DecodedPath, new("GET", "/v1/leads/a%20b", ""), new("GET", "/v1/leads/a b", ""), "PATH", "/v1/leads/a[ ]b", "/v1/leads/a[%20]b"),
            new(Culprit.DecodedPath, new("GET", "/v1/leads?search=%C3%A3", ""), new("GET", "/v1/leads?search=ã", ""), "PATH", "/v1/leads?search=[ã]", "/v1/leads?search=[%C3%A3]"),
            new(Culprit.LowerCaseMethod, new("POST", "/v1/leads", Spaced), new("post", "/v1/leads", Spaced), "METHOD", "[post]", "[POST]"),
            new(Culprit.EmptyBodyDigest, new("POST", "/v1/leads", Spaced), new("POST", "/v1/leads", ""), "SHA-256 BODY", Marked(Sha256(""), 0, 1), Marked(Sha256(Spaced), 0, 1)),
            new(Culprit.MinifiedBody, new("POST", "/v1/leads", Spaced), new("POST", "/v1/leads", Minified), "BODY", """{["name":"Rui"]}""", """{[ "name": "Rui" ]}"""),
            new(Culprit.HexBetweenSteps, new("POST", "/v1/leads", Spaced), new("POST", "/v1/leads", Spaced, HexBetween: true), "k2", Marked(wrongK2, alike, 1), Marked(rightK2, alike, 1)),
            new(Culprit.MillisecondTimestamp, new("GET", "/v1/whoami", ""), new("GET", "/v1/whoami", "", More: "417"), "TIMESTAMP", $"{Time}[417]", $"{Time}[(missing)]"),
        ])
        {
            var signature = UsedKey.Sign(made, Time + signed.More, signed.Method, signed.Path, signed.Body, signed.HexBetween);

            await CompareAsync(admin, sent, $"Authorization: P2S-SIGN-V1 {made.ApiKey}:{Time}:{signature}");

            await ShouldFindAsync(admin, culprit.ToString(), part, theirs, right);
        }

        await CompareAsync(admin, new("GET", "/v1/whoami", ""), $"P2S-SIGN-V1 {made.ApiKey}:{Time}417:{new string('0', 64)}");
        await ShouldFindAsync(admin, nameof(Culprit.MillisecondTimestamp), "TIMESTAMP", $"{Time}[417]", $"{Time}[(missing)]");
        await Assertions.Expect(admin.Page.Locator("[data-finding]:visible")).ToContainTextAsync("Use whole seconds since 1970.");

        var good = UsedKey.Sign(made, Time, "POST", "/v1/leads", Minified);
        await CompareAsync(admin, new("POST", "/v1/leads", Minified), $"P2S-SIGN-V1 {made.ApiKey}:{Time}:{good}");
        await ShouldFindAsync(admin, "Same");
        await CompareAsync(admin, new("POST", "/v1/leads", Minified), $"P2S-SIGN-V1 {made.ApiKey}:{Time}:{good}", body: Minified + "\n");
        await ShouldFindAsync(admin, nameof(Culprit.MinifiedBody), "BODY", Minified + "[(missing)]", Minified + "[↵\n]");
        await CompareAsync(admin, new("POST", "/v1/leads", Minified), $"P2S-SIGN-V1 {made.ApiKey}:{Time}:{good}", body: """{"name":"Ruy"}""");
        await ShouldFindAsync(admin, "OtherBody", "BODY", """{"name":"Ru[i]"}""", """{"name":"Ru[y]"}""");
        await CompareAsync(admin, new("POST", "/v1/leads", Minified), $"P2S-SIGN-V1 {made.ApiKey}:{Time}:{good.ToUpperInvariant()}");
        await ShouldFindAsync(admin, "Malformed", "Authorization");
        await CompareAsync(admin, new("POST", "/v1/leads", Minified), "Bearer " + made.ApiKey);
        await ShouldFindAsync(admin, "Malformed", "Authorization");
        var foreign = CredentialFormat.NewApiKey(test: true);
        await CompareAsync(admin, new("POST", "/v1/leads", Minified), $"P2S-SIGN-V1 {foreign}:{Time}:{good}");
        await ShouldFindAsync(admin, "OtherKey", "API_KEY");
        await CompareAsync(admin, new("POST", "/v1/leads", Minified), $"P2S-SIGN-V1 {made.ApiKey}:{Time}:{new string('a', 64)}");
        await ShouldFindAsync(admin, "None");
        await admin.ShouldBeAccessibleAsync("compared");
        admin.Troubles.ShouldBeEmpty();
    }

    private static async Task CompareAsync(Person person, Signed sent, string header, string body = "")
    {
        await person.Page.GetByLabel("Call").SelectOptionAsync(sent.Method == "GET" ? "whoami" : "create_lead");
        await person.Page.GetByLabel("PATH").FillAsync(sent.Path);
        if (sent.Method != "GET")
        {
            await person.Page.GetByLabel("Body", new() { Exact = true }).FillAsync(sent.Body);
        }

        await person.Page.GetByLabel("Authorization header of your program").FillAsync(header);
        await person.Page.GetByLabel("Body that your program sent").FillAsync(body);
        await person.Page.EvaluateAsync("() => document.querySelectorAll('[data-finding]').forEach(finding => { finding.hidden = true; })");
        await person.Button("Compare").ClickAsync();
    }

    private static async Task ShouldFindAsync(Person person, string finding, string? part = null, string? theirs = null, string? right = null)
    {
        await Assertions.Expect(person.Page.Locator("[data-finding]:visible")).ToHaveAttributeAsync("data-finding", finding);
        var difference = person.Page.Locator("[data-difference]");
        await (part is null ? Assertions.Expect(difference).ToBeHiddenAsync() : Assertions.Expect(difference.Locator("[data-differing]")).ToHaveTextAsync(part));
        foreach (var (side, expected) in new[] { ("theirs", theirs), ("right", right) })
        {
            if (expected is not null)
            {
                (await difference.Locator($"[data-{side}]").EvaluateAsync<string>("text => [...text.childNodes].map(node => (node.localName === 'mark' ? `[${node.textContent}]` : node.textContent)).join('')"))
                    .ShouldBe(expected, $"{finding}: {side}");
            }
        }
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string K2(CreatedKey key, string time, bool hexBetween)
    {
        var k1 = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Secret), Encoding.UTF8.GetBytes(key.ApiKey));
        return Convert.ToHexStringLower(HMACSHA256.HashData(hexBetween ? Encoding.UTF8.GetBytes(Convert.ToHexStringLower(k1)) : k1, Encoding.UTF8.GetBytes(time)));
    }

    private static string Marked(string text, int from, int length) => $"{text[..from]}[{text[from..(from + length)]}]{text[(from + length)..]}";

    private sealed record Signed(string Method, string Path, string Body, string More = "", bool HexBetween = false);

    private sealed record Mistake(Culprit Culprit, Signed Sent, Signed Signed, string Part, string Theirs, string Right);
}
