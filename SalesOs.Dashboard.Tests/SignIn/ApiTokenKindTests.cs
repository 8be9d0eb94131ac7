using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>A provider that gives one audience to all its tokens: those that were not made for calling an API still don't open it.</summary>
public sealed class ApiTokenKindTests(ApiTokenKindTests.OneAudience shared) : IClassFixture<ApiTokenKindTests.OneAudience>
{
    private readonly RunningDashboard dashboard = shared.Dashboard;
    private readonly StubIssuer issuer = shared.Issuer;

    [Theory]
    [InlineData("scope", "\"openid\"", 200)]
    [InlineData("at_hash", "\"x\"", 401)]
    [InlineData("c_hash", "\"x\"", 401)]
    [InlineData("events", """{"http://schemas.openid.net/event/backchannel-logout":{}}""", 401)]
    public async Task Token_OfAnotherKind_IsNoAccessToken(string claim, string value, int status)
    {
        var token = new JsonObject
        {
            ["iss"] = issuer.Address,
            ["aud"] = "dashboard",
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(2).ToUnixTimeSeconds(),
            ["sub"] = "ana",
            ["tenant_id"] = "acme",
            [claim] = JsonNode.Parse(value),
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/test/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Sign(token));

        ((int)(await dashboard.Client.SendAsync(request)).StatusCode).ShouldBe(status);
    }

    public sealed class OneAudience : StubbedDashboard
    {
        protected override IEnumerable<string> Arguments => [.. base.Arguments, "--Oidc:Audience=dashboard"];
    }
}
