using System.Globalization;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

public sealed class RateLimitTests(OpenGate gate) : IClassFixture<OpenGate>
{
    [Fact]
    public async Task Limit_UsedUp_Is429UntilTheSaidSecond()
    {
        var key = await gate.MakeAsync(new NewKey("two", RateLimit: 2));
        (await gate.CallAsync(key))["X-RateLimit-Remaining"].ShouldBe("1");
        gate.Clock.Advance(TimeSpan.FromSeconds(90));
        (await gate.CallAsync(key))["X-RateLimit-Remaining"].ShouldBe("0");

        var refused = await gate.CallAsync(key);

        refused.Status.ShouldBe(429);
        refused.Code.ShouldBe("RATE_LIMITED");
        refused["X-RateLimit-Limit"].ShouldBe("2");
        refused["X-RateLimit-Remaining"].ShouldBe("0");
        var reset = long.Parse(refused["X-RateLimit-Reset"]!, CultureInfo.InvariantCulture);
        var wait = refused.Json.GetProperty("error").GetProperty("retry_after").GetInt32();
        wait.ShouldBe((int)(reset - gate.Seconds));
        refused["Retry-After"].ShouldBe(wait.ToString(CultureInfo.InvariantCulture));

        gate.Clock.Advance(TimeSpan.FromSeconds(wait - 1));
        (await gate.CallAsync(key)).Status.ShouldBe(429);
        gate.Clock.Advance(TimeSpan.FromSeconds(1));
        (await gate.CallAsync(key)).Status.ShouldBe(200);
        (await gate.CallAsync(key)).Status.ShouldBe(429, "only the first of the two is an hour old");
        (await gate.VerdictsAsync(key))[Verdict.LetIn].ShouldBe(3);
    }

    [Theory]
    [InlineData("GET", "/v1/whoami", 200)]
    [InlineData("GET", "/v1/leads/none", 404)]
    [InlineData("POST", "/v1/leads", 400)]
    [InlineData("GET", "/v1/leads?page=x", 400)]
    public async Task Answer_OfARequestThatWasLetIn_TellsTheLimitWhateverItsStatus(string method, string target, int status)
    {
        var answer = await gate.CallAsync(await gate.MakeAsync(), method, target);

        answer.Status.ShouldBe(status);
        answer["X-RateLimit-Limit"].ShouldBe("1000");
        answer["X-RateLimit-Remaining"].ShouldBe("999");
        answer["X-RateLimit-Reset"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Rejection_BeforeTheLimit_TakesNothingFromIt()
    {
        var key = await gate.MakeAsync(new NewKey("one", RateLimit: 1, Scopes: [Scopes.LeadsRead]));
        (await gate.CallAsync(key, skew: 31)).Status.ShouldBe(401);
        (await gate.SendAsync(gate.SignedLead(key))).Status.ShouldBe(403);

        (await gate.CallAsync(key)).Status.ShouldBe(200);
    }
}
