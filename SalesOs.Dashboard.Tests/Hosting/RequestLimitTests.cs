using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Tests.Api;

namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class RequestLimitTests : IAsyncLifetime
{
    private const string Admin = "admin@acme.test";

    private readonly ManagementApi api = new() { Settings = ["--Api:RequestsPerMinute=5"] };

    public ValueTask InitializeAsync() => api.InitializeAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task Caller_BeyondTheLimit_WaitsForTheRestOfTheMinute()
    {
        await api.SendAsync(Admin, "GET", "/v1/api-keys");
        api.Clock.Advance(TimeSpan.FromSeconds(19.5));
        for (var i = 0; i < 4; i++)
        {
            (await api.SendAsync(Admin, "GET", "/v1/audit-entries")).Status.ShouldBe(HttpStatusCode.OK);
        }

        var refused = await api.SendAsync(Admin, "POST", "/v1/api-keys", """{"name":"one too many"}""");

        ((int)refused.Status).ShouldBe(429);
        refused.Code.ShouldBe("RATE_LIMITED");
        refused.Json.GetProperty("error").GetProperty("retry_after").GetInt32().ShouldBe(41);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(41));
        api.Clock.Advance(TimeSpan.FromSeconds(41));
        (await api.SendAsync(Admin, "GET", "/v1/api-keys")).Meta.GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Caller_BeyondTheLimit_TakesNothingFromOthersNorFromSignedRequests()
    {
        var key = await api.CreateAsync();
        for (var i = 0; i < 4; i++)
        {
            // A faulty call is a call.
            await api.SendAsync(Admin, "GET", "/v1/api-keys/nothing");
        }

        (await api.SendAsync(Admin, "GET", "/v1/api-keys")).Code.ShouldBe("RATE_LIMITED");
        (await api.SendAsync("owner@acme.test", "GET", "/v1/api-keys")).Status.ShouldBe(HttpStatusCode.OK);
        (await api.SendAsync("admin@beta.test", "GET", "/v1/api-keys")).Status.ShouldBe(HttpStatusCode.OK);
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        (await api.SendAsync(caller: null, "GET", "/v1/api-keys")).Code.ShouldBe("UNAUTHORIZED");
    }

    [Fact]
    public async Task SignedRequests_TakeNothingFromTheCallers()
    {
        var key = await api.CreateAsync();
        for (var i = 0; i < 10; i++)
        {
            (await api.WhoAmIAsync(key)).ShouldBe(200);
        }

        (await api.SendAsync(Admin, "GET", "/v1/api-keys")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Platform_HasNoLimit()
    {
        for (var i = 0; i < 20; i++)
        {
            (await api.SendAsync("platform", "GET", "/v1/api-keys", tenant: ["t"])).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Nobody_BeyondAnyLimit_IsStillUnauthorized()
    {
        for (var i = 0; i < 20; i++)
        {
            (await api.SendAsync(caller: null, "GET", "/v1/api-keys")).Code.ShouldBe("UNAUTHORIZED");
        }
    }

    [Theory]
    [InlineData("/sign-in", "en", "Too many sign-ins from this address. Try again in 60 seconds.")]
    [InlineData("/signin-oidc?code=x&state=y", "pt-BR", "Muitas tentativas de login deste endereço. Tente de novo em 60 segundos.")]
    public async Task SignIn_FromOneAddressTooOften_IsToldToWait(string target, string language, string words)
    {
        using var client = api.Dashboard.NewClient(followRedirects: false);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        for (var i = 0; i < RequestLimits.SignInsPerMinute; i++)
        {
            (await client.GetAsync(target)).StatusCode.ShouldBe(HttpStatusCode.Found, i.ToString(CultureInfo.InvariantCulture));
        }

        using var refused = await client.GetAsync(target);

        ((int)refused.StatusCode).ShouldBe(429);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(60));
        (await refused.Content.ReadAsStringAsync()).ShouldBe(words);
        refused.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        (await client.GetAsync(target)).StatusCode.ShouldBe(HttpStatusCode.Found);
    }

    [Theory]
    [InlineData("GET", "/sign-in/", "/SIGN-IN", "/%73ign-in", "/sign-in?x=1")]
    [InlineData("GET", "/signin-oidc", "/SignIn-Oidc", "/sign%69n-oidc", "/signin-oidc?code=a&state=b")]
    [InlineData("POST", "/signin-oidc", "/SIGNIN-OIDC", "/signin-oid%63")]
    public async Task SignIn_UnderAnyOfItsSpellings_HasOneLimit(string method, params string[] targets)
    {
        for (var i = 0; i < RequestLimits.SignInsPerMinute; i++)
        {
            (await new RawRequest(method, targets[i % targets.Length]).With("Content-Length: 0").SendAsync(api.Dashboard.BaseAddress)).Status.ShouldNotBe(429);
        }

        foreach (var target in targets)
        {
            (await new RawRequest(method, target).With("Content-Length: 0").SendAsync(api.Dashboard.BaseAddress)).Status.ShouldBe(429, target);
        }
    }

    [Fact]
    public void Limiter_WhoseMinuteIsOver_IsIdle()
    {
        var clock = new FakeTimeProvider();
        using var limiter = new MinuteLimiter(1, clock);
        limiter.IdleDuration.ShouldNotBeNull();
        limiter.AttemptAcquire().IsAcquired.ShouldBeTrue();
        limiter.IdleDuration.ShouldBeNull();
        clock.Advance(TimeSpan.FromSeconds(75));
        limiter.IdleDuration.ShouldBe(TimeSpan.FromSeconds(15));
    }
}
