using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Logout tokens as OpenID Connect Back-Channel Logout 1.0, section 2.6, has them checked.</summary>
public sealed class BackchannelLogoutTests(StubbedDashboard shared) : IClassFixture<StubbedDashboard>, IAsyncLifetime
{
    /// <summary>A token is good once, whichever test has sent it.</summary>
    private readonly string tokenId = Guid.NewGuid().ToString();
    private readonly FakeTimeProvider time = shared.Clock;
    private readonly StubIssuer issuer = shared.Issuer;
    private readonly RunningDashboard dashboard = shared.Dashboard;
    private readonly Sessions sessions = shared.Dashboard.Services.GetRequiredService<Sessions>();
    private string session = "";

    public async ValueTask InitializeAsync() => session = await SignInAsync("ana", "s1");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("s1", null)]
    [InlineData("s1", "ana")]
    [InlineData(null, "ana")]
    public async Task Logout_OfTheSessionOrThePerson_EndsIt(string? sid, string? sub)
    {
        var other = await SignInAsync("bob", "s2");
        var token = Token();
        token.Remove("sid");
        token.Remove("sub");
        if (sid is not null)
        {
            token["sid"] = sid;
        }

        if (sub is not null)
        {
            token["sub"] = sub;
        }

        var answer = await PostAsync(issuer.Sign(token));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await IsOpenAsync(session)).ShouldBeFalse();
        (await IsOpenAsync(other)).ShouldBeTrue();
    }

    [Fact]
    public async Task Logout_OfOneSession_LeavesThePersonsOthers()
    {
        var other = await SignInAsync("ana", "s2");

        await PostAsync(issuer.Sign(Token()));

        (await IsOpenAsync(session)).ShouldBeFalse();
        (await IsOpenAsync(other)).ShouldBeTrue();
    }

    [Fact]
    public async Task Logout_OfAPerson_EndsAllTheirs()
    {
        var other = await SignInAsync("ana", "s2");
        var token = Token();
        token.Remove("sid");

        await PostAsync(issuer.Sign(token));

        (await IsOpenAsync(session)).ShouldBeFalse();
        (await IsOpenAsync(other)).ShouldBeFalse();
    }

    [Fact]
    public async Task Logout_OfASessionThatIsNotHere_Is200()
    {
        var token = Token();
        token["sid"] = "elsewhere";

        (await PostAsync(issuer.Sign(token))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await IsOpenAsync(session)).ShouldBeTrue();
    }

    [Fact]
    public async Task Logout_WithATokenThatNamesNoEnd_IsGoodForFiveMinutes()
    {
        var token = Token();
        token.Remove("exp");
        time.Advance(TimeSpan.FromMinutes(4));
        (await PostAsync(issuer.Sign(token))).StatusCode.ShouldBe(HttpStatusCode.OK);
        token["jti"] = Guid.NewGuid().ToString();
        time.Advance(TimeSpan.FromMinutes(2));

        (await PostAsync(issuer.Sign(token))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Logout_ATokenAgain_Is400()
    {
        var token = issuer.Sign(Token());
        await PostAsync(token);
        var again = await SignInAsync("ana", "s1");

        (await PostAsync(token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await IsOpenAsync(again)).ShouldBeTrue();
    }

    [Fact]
    public async Task Logout_OverARestart_HoldsAndIsTakenOnce()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
        string[] settings = [$"--Oidc:Authority={issuer.Address}", "--Oidc:ClientId=dashboard", "--Oidc:ClientSecret=hush", "--Logging:LogLevel:Default=None"];
        var (first, second) = (issuer.Sign(Token()), Token());
        second["jti"] = Guid.NewGuid().ToString();
        second["sid"] = "s2";
        string ended, open;
        await using (var before = await RunningDashboard.StartAsync(time, directory: directory, settings: settings))
        {
            var stored = before.Services.GetRequiredService<Sessions>();
            (ended, open) = (await SignInAsync("ana", "s1", stored), await SignInAsync("ana", "s2", stored));
            (await PostAsync(first, before)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await using (var after = await RunningDashboard.StartAsync(time, directory: directory, settings: settings))
        {
            var stored = after.Services.GetRequiredService<Sessions>();
            (await stored.RetrieveAsync(ended)).ShouldBeNull();
            (await stored.RetrieveAsync(open)).ShouldNotBeNull();
            (await PostAsync(first, after)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await PostAsync(issuer.Sign(second), after)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await stored.RetrieveAsync(open)).ShouldBeNull();
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Logout_ThatCannotBeWritten_EndsHereAndIsAskedForAgain()
    {
        var database = dashboard.Services.GetRequiredService<Database>();
        await database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON used_logout_tokens BEGIN SELECT RAISE(ABORT, 'disk'); END"));
        var token = issuer.Sign(Token());

        (await PostAsync(token)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);

        (await IsOpenAsync(session)).ShouldBeFalse();
        await database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER refuse"));
        (await PostAsync(token)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("iss", "\"https://evil.test\"")]
    [InlineData("aud", "\"another\"")]
    [InlineData("aud", null)]
    [InlineData("exp", "1000000000")]
    [InlineData("iat", null)]
    [InlineData("jti", null)]
    [InlineData("jti", "\"\"")]
    [InlineData("nonce", "\"n\"")]
    [InlineData("events", null)]
    [InlineData("events", "{}")]
    [InlineData("events", "\"http://schemas.openid.net/event/backchannel-logout\"")]
    [InlineData("events", """{"http://schemas.openid.net/event/backchannel-logout":true}""")]
    [InlineData("events", """["http://schemas.openid.net/event/backchannel-logout"]""")]
    [InlineData("sid", null)]
    public async Task Logout_WithATokenThatDoesNotHold_Is400AndTheSessionGoesOn(string claim, string? value)
    {
        var token = Token();
        token.Remove("sub");
        token.Remove(claim);
        if (value is not null)
        {
            token[claim] = JsonNode.Parse(value);
        }

        (await PostAsync(issuer.Sign(token))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await IsOpenAsync(session)).ShouldBeTrue();
    }

    [Fact]
    public async Task Logout_SignedByAnother_Is400()
    {
        using var rsa = RSA.Create(2048);

        (await PostAsync(issuer.Sign(Token(), new RsaSecurityKey(rsa) { KeyId = "one" }))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await IsOpenAsync(session)).ShouldBeTrue();
    }

    [Fact]
    public async Task Logout_NotSignedAtAll_Is400()
    {
        var payload = Base64UrlEncoder.Encode(Token().ToJsonString());

        (await PostAsync($"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{payload}.")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await IsOpenAsync(session)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    public async Task Logout_WithNoToken_Is400(string text)
    {
        (await PostAsync(text)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Logout_WithoutAForm_Is400()
    {
        (await dashboard.Client.PostAsync("/signout-backchannel-oidc", new StringContent("{}"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private JsonObject Token() => new()
    {
        ["iss"] = issuer.Address,
        ["aud"] = "dashboard",
        ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = time.GetUtcNow().AddMinutes(2).ToUnixTimeSeconds(),
        ["jti"] = tokenId,
        ["sub"] = "ana",
        ["sid"] = "s1",
        ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
    };

    private Task<HttpResponseMessage> PostAsync(string token, RunningDashboard? at = null) =>
        (at ?? dashboard).Client.PostAsync("/signout-backchannel-oidc", new FormUrlEncodedContent([KeyValuePair.Create("logout_token", token)]));

    private Task<string> SignInAsync(string subject, string providerSession, Sessions? at = null) => (at ?? sessions).StoreAsync(new AuthenticationTicket(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", subject), new Claim("sid", providerSession), new Claim("tenant_id", "a")], "token")),
        SignInSchemes.Session));

    private async Task<bool> IsOpenAsync(string key) => await sessions.RetrieveAsync(key) is not null;
}
