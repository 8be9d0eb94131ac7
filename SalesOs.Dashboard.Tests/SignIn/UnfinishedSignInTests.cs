using System.Net;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Sign-ins that are begun and left, gone back to, or led to an odd address.</summary>
public sealed class UnfinishedSignInTests : IAsyncLifetime
{
    private RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync() => dashboard = await RunningDashboard.StartAsync(map: Visitor.MapMirror);

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task SignIns_LeftUnfinished_LeaveTheCookiesOfTheNewestFew()
    {
        using var visitor = new Visitor(dashboard);
        for (var i = 0; i < 60; i++)
        {
            (await visitor.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        }

        (await visitor.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        visitor.Cookies.GetCookies(dashboard.BaseAddress).Count.ShouldBe(2 * (UnfinishedSignIns.MostKept + 1));
        await visitor.SignInAsync();
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
    }

    [Fact]
    public async Task SignInPage_GoneBackToAfterSigningIn_LeadsOn()
    {
        using var visitor = new Visitor(dashboard);
        var page = await visitor.OpenSignInAsync();
        await visitor.FollowAsync(await visitor.ClickAsync(page, Visitor.Admin));

        var end = await visitor.FollowAsync(await visitor.ClickAsync(page, Visitor.Admin));

        end.RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/test/me");
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
        using var stranger = new Visitor(dashboard);
        var spent = visitor.Trail.First(address => address.AbsolutePath == ProviderSignIn.CallbackPath);
        (await stranger.FollowAsync(await stranger.GetAsync(spent.PathAndQuery))).RequestMessage!.RequestUri!.Query.ShouldBe("?reason=expired");
    }

    [Theory]
    [InlineData("/\uFF0F", "/%EF%BC%8F")]
    [InlineData("/clientes/José?q=ção", "/clientes/Jos%C3%A9?q=%C3%A7%C3%A3o")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("/a%20b%2F?c=%C3%A9#d", "/a%20b%2F?c=%C3%A9#d")]
    [InlineData("/\uFFFE\U0001F600", "/%EF%BF%BE%F0%9F%98%80")]
    [InlineData("/\u0001", "/")]
    [InlineData("//evil.test", "/")]
    [InlineData("/\\evil.test", "/")]
    [InlineData("~/x", "/")]
    [InlineData("https://evil.test", "/")]
    [InlineData("", "/")]
    public void ReturnAddress_OfAnyCharacters_IsAPathOfThisHostThatAHeaderCanHold(string given, string local) => LocalUrl.Or(given).ShouldBe(local);

    /// <summary>Not cases of the theory: the test platform passes those on in UTF-8, which has no surrogate that stands alone.</summary>
    [Fact]
    public void ReturnAddress_WithASurrogateThatStandsAlone_HasTheReplacementCharacterThere()
    {
        LocalUrl.Or("/\uD800").ShouldBe("/%EF%BF%BD");
        LocalUrl.Or("/\uDC00a").ShouldBe("/%EF%BF%BDa");
        LocalUrl.Or("/\uDE00\uD83D").ShouldBe("/%EF%BF%BD%EF%BF%BD");
    }

    [Fact]
    public async Task ReturnAddress_OutsideAscii_LeadsThereAfterSignIn()
    {
        using var visitor = new Visitor(dashboard);

        var end = await visitor.SignInAsync(returnUrl: "/test/me?é=\uFF0F");

        end.StatusCode.ShouldBe(HttpStatusCode.OK);
        end.RequestMessage!.RequestUri!.Query.ShouldBe("?%C3%A9=%EF%BC%8F");
        (await visitor.GetAsync("/language/en?returnUrl=/%EF%BC%8F")).Headers.Location!.OriginalString.ShouldBe("/%EF%BC%8F");
    }

    [Fact]
    public async Task Token_OfThreeHundredGroups_IsRead()
    {
        await using var issuer = await StubIssuer.StartAsync();
        await using var other = await RunningDashboard.StartAsync(
            map: Visitor.MapMirror, settings: [$"--Oidc:Authority={issuer.Address}", "--Oidc:ClientId=dashboard", "--Oidc:ClientSecret=hush", "--Oidc:Audience=api", "--Logging:LogLevel:Default=Error"]);
        var token = issuer.Sign(new JsonObject
        {
            ["iss"] = issuer.Address,
            ["aud"] = "api",
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(2).ToUnixTimeSeconds(),
            ["sub"] = "ana",
            ["tenant_id"] = "acme",
            ["groups"] = new JsonArray([.. Enumerable.Range(0, 300).Select(_ => JsonValue.Create(Guid.NewGuid()))]),
        });

        token.Length.ShouldBeGreaterThan(15_000);
        (await new RawRequest("GET", "/v1/test/me").With($"Authorization: Bearer {token}").SendAsync(other.BaseAddress)).Status.ShouldBe(200);
    }
}
