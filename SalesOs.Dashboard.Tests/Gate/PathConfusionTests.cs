using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Targets that some program on the way might take for one another: each has a signature of its own.</summary>
public sealed class PathConfusionTests(OpenGate gate) : IClassFixture<OpenGate>
{
    [Theory]
    [InlineData("/v1/leads/a%2Fb", "/v1/leads/a%252Fb")]
    [InlineData("/v1/leads/a%2Fb", "/v1/leads/a%2fb")]
    [InlineData("/v1/leads/a", "/v1/leads/%61")]
    [InlineData("/v1/leads/a", "/v1/leads/A")]
    [InlineData("/v1/leads/a", "/V1/leads/a")]
    [InlineData("/v1/leads/a", "/v1/leads/a/")]
    [InlineData("/v1/leads/a", "/v1/leads/a%20")]
    [InlineData("/v1/leads/a;b", "/v1/leads/a%3Bb")]
    [InlineData("/v1/leads/a+b", "/v1/leads/a%20b")]
    [InlineData("/v1/leads/caf%C3%A9", "/v1/leads/cafe%CC%81")]
    [InlineData("/v1/leads", "/v1/lead%73")]
    [InlineData("/v1/leads", "/v1/leads/")]
    [InlineData("/v1/leads", "/v1/leads?")]
    [InlineData("/v1/leads?page=1", "/v1/leads")]
    [InlineData("/v1/leads?page=1", "/v1/leads?page=2")]
    [InlineData("/v1/leads?page=1&per_page=2", "/v1/leads?per_page=2&page=1")]
    [InlineData("/v1/leads?search=a", "/v1/leads?search=%61")]
    [InlineData("/v1/leads?search=a+b", "/v1/leads?search=a%20b")]
    [InlineData("/v1/leads?search=a", "/v1/leads?search=a&")]
    [InlineData("/v1/leads?search=a", "/v1/leads?Search=a")]
    public async Task Signature_OfOneTarget_DoesNotOpenItsTwin(string one, string twin)
    {
        var key = await gate.MakeAsync();

        foreach (var (signed, sent) in new[] { (one, twin), (twin, one) })
        {
            (await gate.CallAsync(key, target: signed)).Status.ShouldBeOneOf(200, 404);
            (await gate.SendAsync(gate.Signed(key, target: signed) with { Target = sent })).Status.ShouldBe(401);
        }

        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.LetIn] = 2, [Verdict.BadSignature] = 2 }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("GET", "POST")]
    [InlineData("POST", "GET")]
    [InlineData("PATCH", "GET")]
    public async Task Signature_OfOneMethod_DoesNotOpenAnother(string signed, string sent)
    {
        var key = await gate.MakeAsync();

        (await gate.SendAsync(gate.Signed(key, signed, "/v1/leads") with { Method = sent })).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override: POST")]
    [InlineData("X-Original-URL: /v1/leads")]
    [InlineData("X-Rewrite-URL: /v1/leads")]
    [InlineData("X-Forwarded-Prefix: /v1")]
    public async Task Header_ThatWouldRewriteTheRequest_ChangesNothing(string header)
    {
        var key = await gate.MakeAsync(new NewKey("reader", Scopes: [Scopes.DefaultSync]));

        (await gate.SendAsync(gate.Signed(key).With(header))).Json.GetProperty("data").GetProperty("name").GetString().ShouldBe("reader");
    }
}
