namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Check 0, with requests that are rightly signed as they stand: what two programs could read differently is refused all the same.</summary>
public sealed class RequestFormTests(OpenGate gate) : IClassFixture<OpenGate>
{
    [Theory]
    [InlineData("/v1/./whoami")]
    [InlineData("/v1/x/../whoami")]
    [InlineData("/v1/x/%2e%2e/whoami")]
    [InlineData("/v1/x/%2E%2e/whoami")]
    [InlineData("/v1/x/.%2e/whoami")]
    [InlineData("/v1/x/%2E./whoami")]
    [InlineData("/v1/%2e/whoami")]
    [InlineData("/../v1/whoami")]
    [InlineData("/v1/whoami/x/..")]
    [InlineData("/v1/whoami/.")]
    [InlineData("/v1/x/../leads?x=1")]
    [InlineData(@"/v1/leads/a\b")]
    [InlineData("/v1/leads/a#b")]
    [InlineData("/v1/whoami?x#y")]
    [InlineData("http://{host}/v1/whoami")]
    public async Task Target_ThatIsNotPlain_IsRefusedThoughSigned(string target)
    {
        target = target.Replace("{host}", gate.Dashboard.BaseAddress.Authority, StringComparison.Ordinal);
        var key = await gate.MakeAsync();

        var answer = await gate.SendAsync(gate.Signed(key, target: target));

        answer.Status.ShouldBe(400, answer.Body);
        answer.Code.ShouldBe("VALIDATION_ERROR");
        (await gate.VerdictsAsync(key)).Keys.ShouldNotContain(SalesOs.Dashboard.Usage.Verdict.LetIn);
    }

    [Theory]
    [InlineData("/v1/leads/a b")]
    [InlineData("/v1/leads/a\tb")]
    [InlineData("/v1/leads/a\u0001b")]
    [InlineData("/v1/leads/a%00b")]
    [InlineData("/v1/leads/é")]
    [InlineData("v1/whoami")]
    public async Task Target_ThatBreaksHttp_Is400(string target)
    {
        var key = await gate.MakeAsync();

        (await gate.SendAsync(gate.Signed(key, target: target))).Status.ShouldBe(400);

        (await gate.VerdictsAsync(key)).Keys.ShouldNotContain(SalesOs.Dashboard.Usage.Verdict.LetIn);
    }

    [Theory]
    [InlineData("/v1/leads?search=..")]
    [InlineData("/v1/leads?search=%2e%2e/x")]
    [InlineData("/v1/leads?search=/../")]
    [InlineData("/v1/leads?")]
    [InlineData("/v1/leads/...")]
    [InlineData("/v1/leads/.hidden")]
    [InlineData("/v1/leads/%2e%2e%2e")]
    [InlineData("/v1/leads/")]
    public async Task Target_WithDotsThatAreNoSegment_IsLetIn(string target) =>
        (await gate.CallAsync(await gate.MakeAsync(), target: target)).Status.ShouldBeOneOf(200, 404);

    [Theory]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("gET")]
    public async Task Method_NotInUpperCase_Is400(string method)
    {
        var answer = await gate.SendAsync(gate.Signed(await gate.MakeAsync(), method));

        answer.Status.ShouldBe(400);
        answer.Code.ShouldBe("VALIDATION_ERROR");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity")]
    [InlineData("")]
    public async Task Body_WithContentEncoding_Is415(string encoding)
    {
        var answer = await gate.SendAsync(gate.SignedLead(await gate.MakeAsync()).With($"Content-Encoding: {encoding}"));

        answer.Status.ShouldBe(415);
        answer.Code.ShouldBe("UNSUPPORTED_MEDIA_TYPE");
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("DELETE")]
    [InlineData("BREW")]
    public async Task Method_ThatTheRouteDoesNotTake_Is405WithAllow(string method)
    {
        var answer = await gate.SendAsync(gate.Signed(await gate.MakeAsync(), method));

        answer.Status.ShouldBe(405);
        answer["Allow"].ShouldBe("GET, HEAD");
        answer.Code.ShouldBe("METHOD_NOT_ALLOWED");
    }
}
