using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace SalesOs.Dashboard.Tests.SignIn;

public sealed class ApiSignInTests(ApiSignInTests.TwoServiceKeys shared) : IClassFixture<ApiSignInTests.TwoServiceKeys>
{
    private const string ServiceKey = "the-platform's.own.key";

    private readonly FakeTimeProvider time = shared.Clock;
    private readonly RunningDashboard dashboard = shared.Dashboard;

    private static string ServiceHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ServiceKey)));

    [Fact]
    public async Task PasswordGrant_OfAPerson_GivesATokenThatSaysWhoTheyAre()
    {
        var token = new JsonWebToken(await TokenAsync(Visitor.Admin));

        token.Audiences.Single().ShouldBe("salesos-api");
        token.Issuer.ShouldBe(dashboard.BaseAddress.AbsoluteUri);
        token.Subject.ShouldBe("a0000000-0000-4000-8000-000000000002");
        token.GetClaim("email").Value.ShouldBe(Visitor.Admin);
        token.GetClaim("name").Value.ShouldBe("Adriano Lima");
        token.GetClaim("tenant_id").Value.ShouldBe("11111111-1111-4111-8111-111111111111");
        token.GetClaim("tenant_name").Value.ShouldBe("Acme Imóveis");
        token.GetClaim("roles").Value.ShouldBe("admin");
    }

    [Theory]
    [InlineData("salesos-cli", Visitor.Admin, "wrong", "invalid_grant")]
    [InlineData("salesos-cli", "nobody@acme.test", "development", "invalid_grant")]
    [InlineData("salesos-dashboard", Visitor.Admin, "development", "invalid_client")]
    [InlineData("another", Visitor.Admin, "development", "invalid_client")]
    public async Task PasswordGrant_WithSomethingWrong_IsRefused(string client, string person, string password, string error)
    {
        var answer = await GrantAsync(client, person, password);

        ((int)answer.StatusCode).ShouldBeInRange(400, 401);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString().ShouldBe(error);
    }

    [Theory]
    [InlineData("https://evil.test/signin-oidc")]
    [InlineData("http://evil.test:{port}/signin-oidc")]
    [InlineData("http://127.0.0.1:{port}/elsewhere")]
    [InlineData("http://127.0.0.1:{port}/signin-oidc?x=1")]
    [InlineData("http://127.0.0.1:{port}@evil.test/signin-oidc")]
    [InlineData("http://127.0.0.1:1/signin-oidc")]
    public async Task Authorize_WithAForeignRedirectAddress_IsRefused(string address)
    {
        var redirect = Uri.EscapeDataString(address.Replace("{port}", $"{dashboard.BaseAddress.Port}", StringComparison.Ordinal));

        var answer = await dashboard.Client.GetAsync(
            $"/connect/authorize?client_id=salesos-dashboard&response_type=code&scope=openid&redirect_uri={redirect}&code_challenge={new string('a', 43)}&code_challenge_method=S256");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Authorize_WithoutPkce_IsRefused()
    {
        var redirect = Uri.EscapeDataString(new Uri(dashboard.BaseAddress, "/signin-oidc").AbsoluteUri);

        var answer = await dashboard.Client.GetAsync($"/connect/authorize?client_id=salesos-dashboard&response_type=code&scope=openid&redirect_uri={redirect}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("code_challenge");
    }

    [Theory]
    [InlineData("pt-BR,en;q=0.5", "lang=\"pt-BR\"")]
    [InlineData("fr, en;q=0.9, pt;q=0.5", "lang=\"en\"")]
    [InlineData("fr", "lang=\"en\"")]
    [InlineData("", "lang=\"en\"")]
    public async Task PersonPage_SpeaksTheBrowsersLanguageWithoutScriptOrInlineStyle(string accept, string expected)
    {
        using var client = dashboard.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accept);

        var page = await client.GetAsync("/sign-in?returnUrl=%2F%22%3E%3Cscript%3E");

        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain($"form-action 'self' http://127.0.0.1:{dashboard.BaseAddress.Port};");
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldContain(expected);
        html.ShouldContain("owner@acme.test");
        html.ShouldContain("admin@beta.test");
        html.ShouldNotContain("<script");
        html.ShouldNotContain("style=");
        html.ShouldNotContain("<style");
    }

    [Fact]
    public async Task Api_WithAPersonsToken_ActsInTheirTenantWhateverTheRequestNames()
    {
        var caller = await CallerAsync(await TokenAsync(Visitor.Admin), "22222222-2222-4222-8222-222222222222", "other");

        caller.GetProperty("tenantId").GetString().ShouldBe("11111111-1111-4111-8111-111111111111");
        caller.GetProperty("kind").GetInt32().ShouldBe(0);
        caller.GetProperty("canManageKeys").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Api_WithAnExpiredToken_Is401()
    {
        var token = await TokenAsync(Visitor.Admin);
        time.Advance(TimeSpan.FromHours(2));

        (await CallAsync(token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Api_WithTheServiceKey_ActsInTheNamedTenant()
    {
        var caller = await CallerAsync(ServiceKey, "never-seen_1", bodyTenant: null);

        caller.GetProperty("tenantId").GetString().ShouldBe("never-seen_1");
        caller.GetProperty("kind").GetInt32().ShouldBe(1);
        caller.GetProperty("subject").GetString().ShouldBe($"service:{ServiceHash[..12]}");
        caller.GetProperty("name").GetString().ShouldBe("service_role");
        caller.GetProperty("canManageKeys").GetBoolean().ShouldBeTrue();
        (await CallerAsync(ServiceKey, "one", "one")).GetProperty("tenantId").GetString().ShouldBe("one");
        (await CallerAsync(ServiceKey, null, "one")).GetProperty("tenantId").GetString().ShouldBe("one");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("one", "two")]
    [InlineData("a b", null)]
    [InlineData(null, "../x")]
    public async Task Api_ServiceKeyNamesNoOneTenant_Is400(string? header, string? body)
    {
        var answer = await CallAsync(ServiceKey, header, body);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe("VALIDATION_ERROR");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the-platform's.own.keyx")]
    [InlineData("sk_live_07els07els07els07els07els0wdmza1")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiYXVkIjoic2FsZXNvcy1hcGkifQ.")]
    public async Task Api_WithAFalseCredential_Is401InTheEnvelope(string? token)
    {
        var answer = await CallAsync(token, "one");

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("error").GetProperty("code").GetString().ShouldBe("UNAUTHORIZED");
        body.GetProperty("meta").GetProperty("request_id").GetString().ShouldBe(answer.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task Api_AnApiKeyPutAmongTheServiceKeys_IsStillRefused()
    {
        const string ApiKey = "sk_live_07els07els07els07els07els0wdmza1";
        dashboard.Services.GetRequiredService<IConfiguration>()["ServiceRole:KeyHashes:0"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey)));

        (await CallAsync(ApiKey, "one")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Api_WithABrowsersCookie_Is401()
    {
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync();

        (await visitor.GetAsync("/v1/test/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await visitor.GetAsync("/V1/test/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Api_WithTheIdTokenOfASession_Is401()
    {
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync();
        await visitor.SignOutAsync();
        var idToken = System.Web.HttpUtility.ParseQueryString(visitor.Trail.Single(t => t.AbsolutePath == "/connect/endsession").Query)["id_token_hint"];

        (await CallAsync(idToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private Task<HttpResponseMessage> GrantAsync(string client, string person, string password) => dashboard.Client.PostAsync("/connect/token", new FormUrlEncodedContent(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "password", ["client_id"] = client, ["username"] = person, ["password"] = password }));

    private async Task<string> TokenAsync(string person)
    {
        var answer = await (await GrantAsync("salesos-cli", person, "development")).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("access_token").GetString()!;
    }

    private async Task<HttpResponseMessage> CallAsync(string? token, string? headerTenant = null, string? bodyTenant = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/test/me" + (bodyTenant is null ? "" : $"?body={Uri.EscapeDataString(bodyTenant)}"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (headerTenant is not null)
        {
            request.Headers.Add("X-Tenant-Id", headerTenant);
        }

        return await dashboard.Client.SendAsync(request);
    }

    private async Task<JsonElement> CallerAsync(string token, string? headerTenant, string? bodyTenant) =>
        await (await CallAsync(token, headerTenant, bodyTenant)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();

    public sealed class TwoServiceKeys : SharedDashboard
    {
        protected override IEnumerable<string> Arguments => [$"--ServiceRole:KeyHashes:0={new string('0', 64)}", $"--ServiceRole:KeyHashes:1={ServiceHash}"];
    }
}
