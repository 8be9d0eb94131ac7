using System.Net;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Integration;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Who may do what, in which tenant.</summary>
public sealed class ApiCallerTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    [Theory]
    [InlineData("owner@acme.test", 201, 200, 200, 200)]
    [InlineData("admin@acme.test", 201, 200, 200, 200)]
    [InlineData("auditor@acme.test", 403, 200, 200, 403)]
    [InlineData("manager@acme.test", 403, 403, 403, 403)]
    [InlineData("rep@acme.test", 403, 403, 403, 403)]
    [InlineData("admin@beta.test", 201, 200, 404, 404)]
    [InlineData(null, 401, 401, 401, 401)]
    public async Task Caller_OfEachRole_MayWhatTheRoleMay(string? caller, int create, int list, int get, int revoke)
    {
        var key = "/v1/api-keys/" + (await api.CreateAsync()).GetProperty("id").GetString();

        (await StatusAsync("POST", "/v1/api-keys", """{"name":"x"}""")).ShouldBe(create);
        (await StatusAsync("GET", "/v1/api-keys")).ShouldBe(list);
        (await StatusAsync("GET", key)).ShouldBe(get);
        (await StatusAsync("POST", key + "/revoke")).ShouldBe(revoke);

        async Task<int> StatusAsync(string method, string target, string? body = null)
        {
            var reply = await api.SendAsync(caller, method, target, body);
            if ((int)reply.Status >= 400)
            {
                reply.Code.ShouldBe((int)reply.Status switch { 401 => "UNAUTHORIZED", 403 => "FORBIDDEN", _ => "NOT_FOUND" });
            }

            return (int)reply.Status;
        }
    }

    [Theory]
    [InlineData("POST", "/v1/api-keys")]
    [InlineData("PATCH", "/v1/api-keys/1")]
    [InlineData("POST", "/v1/api-keys/1/revoke")]
    [InlineData("POST", "/v1/api-keys/1/rotate")]
    [InlineData("POST", "/v1/people/1/erase?chain=neither")]
    public async Task Caller_WithoutTheCapability_IsToldSoBeforeTheBodyIsJudged(string method, string target)
    {
        var reply = await api.SendAsync("auditor@acme.test", method, target, "{broken");

        reply.Status.ShouldBe(HttpStatusCode.Forbidden);
        reply.Message.ShouldContain("admin.integrations");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/revoke")]
    public async Task Id_OfAnotherTenant_AnswersAsOneThatNobodyHas(string method, string action)
    {
        var foreign = (await api.CreateAsync("admin@beta.test")).GetProperty("id").GetString()!;
        var absent = Guid.CreateVersion7().ToString();

        string[] ids = [foreign, absent, foreign.ToUpperInvariant(), Guid.Empty.ToString(), "1", "%25", "..%2F" + foreign];
        var answers = new List<string>();
        foreach (var id in ids)
        {
            answers.Add(Trace(await api.SendAsync("admin@acme.test", method, $"/v1/api-keys/{id}{action}")));
        }

        answers.Distinct(StringComparer.Ordinal).Count().ShouldBe(1, string.Join('\n', answers));
        answers[0].ShouldContain("404");
    }

    [Theory]
    [InlineData("", null, 400)]
    [InlineData("one", null, 201)]
    [InlineData("", "one", 201)]
    [InlineData("one", "one", 201)]
    [InlineData("one", "two", 400)]
    [InlineData("one|two", null, 400)]
    [InlineData("$platform", null, 400)]
    [InlineData("a b", null, 400)]
    [InlineData("../x", null, 400)]
    [InlineData("", "", 400)]
    public async Task Platform_NamesOneTenant_OrIs400(string headers, string? body, int status)
    {
        var json = body is null ? """{"name":"x"}""" : $$"""{"name":"x","tenant_id":"{{body}}"}""";

        var reply = await api.SendAsync("platform", "POST", "/v1/api-keys", json, headers.Split('|', StringSplitOptions.RemoveEmptyEntries));

        ((int)reply.Status).ShouldBe(status);
        if (status == 400)
        {
            reply.Details.Single().ShouldStartWith("X-Tenant-Id ");
        }
    }

    [Fact]
    public async Task Person_NamingAnotherTenant_ActsInTheirOwn()
    {
        var key = await api.CreateAsync("admin@acme.test", $$"""{"name":"x","tenant_id":"{{KeyHouse.Beta}}"}""", [KeyHouse.Beta]);

        var target = "/v1/api-keys/" + key.GetProperty("id").GetString();
        (await api.SendAsync("admin@beta.test", "GET", target)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await api.SendAsync("admin@acme.test", "GET", target, tenant: [KeyHouse.Beta])).Status.ShouldBe(HttpStatusCode.OK);
        (await api.SendAsync("platform", "GET", target, tenant: [KeyHouse.Acme])).Status.ShouldBe(HttpStatusCode.OK);
        (await api.SendAsync("platform", "GET", target, tenant: [KeyHouse.Beta])).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/v1/api-keys")]
    [InlineData("/v1/whoami")]
    [InlineData("/v1/leads")]
    public async Task Cookie_OfASignedInAdmin_OpensNoProgramRoute(string target)
    {
        using var visitor = new Visitor(api.Dashboard);
        await visitor.SignInAsync(returnUrl: "/health/live");
        visitor.SessionCookie.ShouldNotBeNull();

        (await visitor.GetAsync(target)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await visitor.PostAsync(target == "/v1/whoami" ? "/functions/v1/default-integration" : target)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task ApiKey_AsBearer_OpensNoManagementRoute()
    {
        var key = (await api.CreateAsync()).GetProperty("api_key").GetString();

        var answer = await new RawRequest("GET", "/v1/api-keys").With($"Authorization: Bearer {key}", "X-Tenant-Id: " + KeyHouse.Acme).SendAsync(api.Dashboard.BaseAddress);

        answer.Status.ShouldBe(401);
        answer["WWW-Authenticate"].ShouldBe("Bearer");
    }

    /// <summary>All of an answer but its id and time.</summary>
    private static string Trace(Reply reply) =>
        $"{(int)reply.Status} {string.Join(',', reply.Headers.Select(h => h.Key))} {reply.Json.GetProperty("error").GetRawText()} {string.Join(',', reply.Meta.EnumerateObject().Select(p => p.Name))}";
}
