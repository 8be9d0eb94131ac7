using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>What each answer of the provider, asked again with the refresh token, does to a session.</summary>
public sealed class SessionCheckTests(StubbedDashboard shared) : IClassFixture<StubbedDashboard>, IAsyncLifetime
{
    private readonly FakeTimeProvider time = shared.Clock;
    private readonly List<string?> sent = [];
    private readonly StubIssuer issuer = shared.Issuer;
    private readonly RunningDashboard dashboard = shared.Dashboard;
    private readonly Sessions sessions = shared.Dashboard.Services.GetRequiredService<Sessions>();
    private Session session = null!;

    public async ValueTask InitializeAsync()
    {
        issuer.Tokens = StubIssuer.Refused;
        session = await SignInAsync(sessions, "r1");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Check_WithinTheMinute_IsNotMade()
    {
        time.Advance(TimeSpan.FromSeconds(59));

        (await CallerAsync())!.CanManageKeys.ShouldBeTrue();
        sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Check_ARoleWasTakenAway_ActsOnTheNextAction()
    {
        Answer(() => IdToken(["auditor"], "a"));
        time.Advance(TimeSpan.FromSeconds(60));

        var caller = await CallerAsync();

        caller!.CanManageKeys.ShouldBeFalse();
        caller.CanSeeKeys.ShouldBeTrue();
    }

    [Fact]
    public async Task Check_RefreshTokensThatAreGoodOnce_AreFollowed()
    {
        Answer(() => IdToken(["admin"], "a"));
        for (var round = 0; round < 3; round++)
        {
            time.Advance(TimeSpan.FromSeconds(60));
            await CallerAsync();
        }

        sent.ShouldBe(["r1", "r1+", "r1++"]);
    }

    [Fact]
    public async Task Check_ManyActsAtOnce_AskOnce()
    {
        Answer(() => IdToken(["admin"], "a"));
        time.Advance(TimeSpan.FromSeconds(60));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallerAsync()));

        sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Check_ThePersonWasDisabled_EndsTheSession()
    {
        issuer.Tokens = _ => Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        time.Advance(TimeSpan.FromSeconds(60));

        (await CallerAsync()).ShouldBeNull();
        (await sessions.FindAsync(session.Id, renew: false)).ShouldBeNull();
    }

    [Fact]
    public async Task Check_TheLastTenantWasTakenAway_EndsTheSession()
    {
        Answer(() => IdToken(["admin"]));
        time.Advance(TimeSpan.FromSeconds(60));

        (await CallerAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Check_TheTenantWasTakenAwayAndSeveralAreLeft_AsksForAChoice()
    {
        Answer(() => IdToken(["admin"], "b", "c"));
        time.Advance(TimeSpan.FromSeconds(60));

        (await CallerAsync()).ShouldBeNull();
        (await sessions.FindAsync(session.Id, renew: false))!.Tenant.ShouldBeNull();
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client"}""")]
    [InlineData(500, "{}")]
    [InlineData(503, "")]
    [InlineData(200, "<html>")]
    [InlineData(429, "{}")]
    public async Task Check_TheProviderDoesNotSay_TheSessionGoesOnAndIsAskedAboutAgain(int status, string body)
    {
        var asked = 0;
        issuer.Tokens = _ =>
        {
            asked++;
            return Results.Text(body, "application/json", statusCode: status);
        };
        time.Advance(TimeSpan.FromSeconds(60));
        (await CallerAsync())!.CanManageKeys.ShouldBeTrue();
        (await CallerAsync())!.CanManageKeys.ShouldBeTrue();
        asked.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(60));
        await CallerAsync();

        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Check_TheProviderIsAway_TheSessionStillEndsByIdling()
    {
        await using var alone = new StubbedDashboard();
        await alone.InitializeAsync();
        var left = await SignInAsync(alone.Dashboard.Services.GetRequiredService<Sessions>(), "r1");
        await alone.Issuer.DisposeAsync();
        alone.Clock.Advance(TimeSpan.FromMinutes(29));
        (await CallerAsync(alone.Dashboard, left)).ShouldNotBeNull();
        alone.Clock.Advance(TimeSpan.FromMinutes(30));

        (await CallerAsync(alone.Dashboard, left)).ShouldBeNull();
    }

    [Fact]
    public async Task Check_TheAnswerSpeaksOfSomebodyElse_IsNotTakenOver()
    {
        Answer(() =>
        {
            var token = IdToken(["owner"], "a");
            token["sub"] = "bob";
            return token;
        });
        time.Advance(TimeSpan.FromSeconds(60));

        (await CallerAsync())!.Roles.ShouldBe(["admin"]);
    }

    [Fact]
    public async Task Check_WithoutAnIdTokenInTheAnswer_LeavesWhatIsKnown()
    {
        Answer(() => null);
        time.Advance(TimeSpan.FromSeconds(60));

        (await CallerAsync())!.Roles.ShouldBe(["admin"]);
    }

    private void Answer(Func<JsonObject?> idToken) => issuer.Tokens = form =>
    {
        sent.Add(form["refresh_token"]);
        form["client_secret"].ToString().ShouldBe("hush");
        var answer = new Dictionary<string, object>(StringComparer.Ordinal) { ["access_token"] = "x", ["token_type"] = "Bearer", ["refresh_token"] = form["refresh_token"] + "+" };
        if (idToken() is { } claims)
        {
            answer["id_token"] = issuer.Sign(claims);
        }

        return Results.Json(answer);
    };

    private JsonObject IdToken(string[] roles, params string[] tenants) => new()
    {
        ["iss"] = issuer.Address,
        ["aud"] = "dashboard",
        ["sub"] = "ana",
        ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        ["roles"] = new JsonArray([.. roles.Select(r => JsonValue.Create(r))]),
        ["tenant_id"] = new JsonArray([.. tenants.Select(t => JsonValue.Create(t))]),
    };

    private static async Task<Session> SignInAsync(Sessions sessions, string refreshToken)
    {
        var properties = new AuthenticationProperties();
        properties.SetString(Session.TenantItem, "a");
        properties.StoreTokens([new AuthenticationToken { Name = "refresh_token", Value = refreshToken }]);
        var key = await sessions.StoreAsync(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ana"), new Claim("tenant_id", "a"), new Claim("roles", "admin")], "token")),
            properties,
            SignInSchemes.Session));
        return (await sessions.FindAsync((await sessions.RetrieveAsync(key))!.Principal, renew: false))!;
    }

    private Task<Caller?> CallerAsync() => CallerAsync(dashboard, session);

    /// <summary>Who acts, as an open page asks.</summary>
    private static async Task<Caller?> CallerAsync(RunningDashboard dashboard, Session session)
    {
        await using var scope = dashboard.Services.CreateAsyncScope();
        var http = scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>();
        http.HttpContext = new DefaultHttpContext { User = session.Principal };
        return await scope.ServiceProvider.GetRequiredService<SessionCaller>().GetAsync();
    }
}
