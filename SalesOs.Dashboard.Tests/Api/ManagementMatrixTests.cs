using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Each operation × each kind of caller: exactly the documented answer.</summary>
public sealed class ManagementMatrixTests : IAsyncLifetime
{
    private readonly ManagementApi api = new() { Settings = ["--Api:RequestsPerMinute=100000"] };

    public ValueTask InitializeAsync() => api.InitializeAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public void Operations_AreThoseOfTheEndpointTable()
    {
        var table = api.Dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>()?.Policy == SalesOs.Dashboard.SignIn.SignInSchemes.ApiPolicy)
            .Select(e => $"{e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} /{e.RoutePattern.RawText!.Trim('/')}");

        ManagementOperation.All.Select(o => o.ToString()).ShouldBe(table, ignoreOrder: true);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("wrong token")]
    [InlineData("expired token")]
    [InlineData("api key as token")]
    [InlineData("member without capability")]
    [InlineData("auditor")]
    [InlineData("admin")]
    [InlineData("other tenant's admin")]
    [InlineData("platform without tenant")]
    [InlineData("platform with tenant")]
    [InlineData("platform with two tenants")]
    [InlineData("platform with another tenant")]
    [InlineData("browser cookie")]
    public async Task EveryOperation_ByCaller_GivesTheDocumentedAnswer(string who)
    {
        var expired = await api.TokenAsync("admin@acme.test");
        api.Clock.Advance(TimeSpan.FromDays(1));
        var live = await api.TokenAsync("admin@acme.test");
        string.Equals(live, expired, StringComparison.Ordinal).ShouldBeFalse();
        var refused = await RefusedAsync();
        var export = await ExportAsync();
        var person = await PersonAsync();
        using var visitor = new Visitor(api.Dashboard);
        if (who == "browser cookie")
        {
            await visitor.SignInAsync(returnUrl: "/health/live");
        }

        foreach (var operation in ManagementOperation.All)
        {
            var key = await api.CreateAsync("platform", tenant: [KeyHouse.Acme]);
            var target = operation.On(key.GetProperty("id").GetString()!, refused, export, person);
            (int Status, string? Code) answer;
            if (who == "browser cookie")
            {
                using var client = api.Dashboard.NewClient(cookies: visitor.Cookies);
                using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), target);
                using var response = await client.SendAsync(request);
                visitor.SessionCookie.ShouldNotBeNull();
                answer = ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString());
            }
            else
            {
                var (caller, tenants) = CallerOf(who, live, expired, key);
                var reply = await api.SendAsync(caller, operation.Method, target, operation.Body, tenants);
                answer = ((int)reply.Status, (int)reply.Status >= 400 ? reply.Code : null);
            }

            answer.ShouldBe(Documented(operation, who), $"{operation} by {who}");
        }
    }

    [Fact]
    public async Task Id_OfAnotherTenant_GivesTheBytesOfOneThatWasNeverUsed()
    {
        var refused = await RefusedAsync();
        var export = await ExportAsync();
        var person = await PersonAsync();
        foreach (var (token, tenant) in new[] { (await api.TokenAsync("admin@beta.test"), KeyHouse.Beta), (Platform.ServiceKey, KeyHouse.Beta), (Platform.ServiceKey, "never-seen") })
        {
            foreach (var operation in ManagementOperation.All.Where(o => o.NamesOne))
            {
                var key = await api.CreateAsync("platform", tenant: [KeyHouse.Acme]);
                var foreign = await RawAsync(operation.On(key.GetProperty("id").GetString()!, refused, export, person));
                var never = await RawAsync(operation.On(Guid.CreateVersion7().ToString(), Guid.CreateVersion7().ToString(), "999999999", Guid.CreateVersion7().ToString()));

                foreign.Status.ShouldBe(404, operation.ToString());
                foreign.WithoutIdAndTimes().ShouldBe(never.WithoutIdAndTimes(), operation.ToString());

                Task<RawAnswer> RawAsync(string target) => new RawRequest(operation.Method, target) { Body = Encoding.UTF8.GetBytes(operation.Body ?? "") }
                    .With("Authorization: Bearer " + token, "X-Tenant-Id: " + tenant, "Content-Type: application/json").SendAsync(api.Dashboard.BaseAddress);
            }
        }
    }

    private static (int Status, string? Code) Documented(ManagementOperation operation, string who) => who switch
    {
        "nobody" or "wrong token" or "expired token" or "api key as token" or "browser cookie" => (401, "UNAUTHORIZED"),
        "member without capability" => (403, "FORBIDDEN"),
        "auditor" when operation.Manages => (403, "FORBIDDEN"),
        "platform without tenant" or "platform with two tenants" => (400, "VALIDATION_ERROR"),
        "other tenant's admin" or "platform with another tenant" when operation.NamesOne => (404, "NOT_FOUND"),
        _ => (operation.Done, null),
    };

    private static (string? Caller, string[] Tenants) CallerOf(string who, string live, string expired, JsonElement key) => who switch
    {
        "nobody" => (null, []),
        "wrong token" => ("token:" + live[..^3] + "abc", []),
        "expired token" => ("token:" + expired, []),
        "api key as token" => ("token:" + key.GetProperty("api_key").GetString(), [KeyHouse.Acme]),
        "member without capability" => ("rep@acme.test", []),
        "auditor" => ("auditor@acme.test", []),
        "admin" => ("admin@acme.test", []),
        "other tenant's admin" => ("admin@beta.test", [KeyHouse.Acme]),
        "platform without tenant" => ("platform", []),
        "platform with tenant" => ("platform", [KeyHouse.Acme]),
        "platform with two tenants" => ("platform", [KeyHouse.Acme, KeyHouse.Beta]),
        "platform with another tenant" => ("platform", [KeyHouse.Beta]),
        _ => throw new ArgumentOutOfRangeException(nameof(who)),
    };

    /// <summary>A refused request of Acme that is on record.</summary>
    private async Task<string> RefusedAsync()
    {
        var key = await api.CreateAsync("platform", tenant: [KeyHouse.Acme]);
        var header = RequestSigner.Authorization(
            key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, api.Clock.GetUtcNow().ToUnixTimeSeconds(), "GET", "/v1/other", []);
        var id = (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(api.Dashboard.BaseAddress))["X-Request-Id"]!;
        for (var tries = 0; tries < 200; tries++)
        {
            await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
            if ((int)(await api.SendAsync("platform", "GET", "/v1/rejections/" + id, tenant: [KeyHouse.Acme])).Status == 200)
            {
                return id;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The refused request is not on record.");
    }

    /// <summary>Somebody of Acme who is in its log.</summary>
    private async Task<string> PersonAsync()
    {
        await api.CreateAsync("owner@acme.test");
        return (await api.SendAsync("owner@acme.test", "GET", "/v1/audit-entries?actor=owner@acme.test")).Data[0].GetProperty("actor_id").GetString()!;
    }

    /// <summary>An export of Acme, further on in its log than the other tenants' logs are.</summary>
    private async Task<string> ExportAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await api.CreateAsync("platform", tenant: [KeyHouse.Acme]);
        }

        var export = await api.SendAsync("platform", "GET", "/v1/audit-entries/export", tenant: [KeyHouse.Acme]);
        return export.Headers.GetValues("Link").Single().Split('/', '>')[4];
    }
}
