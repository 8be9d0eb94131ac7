using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Tests.Gate;

public sealed class ExpiryToldTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const string Header = "X-API-Key-Expires-At";
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    [Fact]
    public async Task Expiry_Within30Days_IsToldOnEveryAnswerToAProvenRequest()
    {
        var end = gate.Clock.GetUtcNow().AddDays(30).AddMilliseconds(7);
        var key = await gate.MakeAsync(new NewKey("soon", Scopes: [Scopes.LeadsRead], ExpiresAt: end, RateLimit: 3));
        (await gate.CallAsync(key))[Header].ShouldBeNull("it is a little more than thirty days yet");
        gate.Clock.Advance(TimeSpan.FromMilliseconds(7));
        var told = end.ToString(Format, System.Globalization.CultureInfo.InvariantCulture);

        var answers = new[]
        {
            (await gate.CallAsync(key), 200),
            (await gate.CallAsync(key, target: "/v1/leads/none"), 404),
            (await gate.SendAsync(gate.SignedLead(key)), 403),
            (await gate.CallAsync(key), 429),
        };

        foreach (var (answer, status) in answers)
        {
            answer.Status.ShouldBe(status);
            answer[Header].ShouldBe(told);
        }

        answers[0].Item1.Json.GetProperty("data").GetProperty("expires_at").GetString().ShouldBe(told);
    }

    [Fact]
    public async Task Expiry_BeforeTheProof_IsToldToNobody()
    {
        var key = await gate.MakeAsync(new NewKey("soon", ExpiresInDays: 1));

        (await gate.CallAsync(key, skew: 31))[Header].ShouldBeNull();
        (await gate.SendAsync(gate.Signed(key).With("X-Extra: 1") with { Target = "/v1/whoami?changed" }))[Header].ShouldBeNull();
        gate.Clock.AdjustTime(gate.Clock.GetUtcNow().AddDays(1));
        var expired = await gate.CallAsync(key);
        expired.Status.ShouldBe(401);
        expired[Header].ShouldBeNull("all answers 401 are alike");
    }

    [Fact]
    public async Task Expiry_OfAKeyThatNeverExpires_IsNone()
    {
        var answer = await gate.CallAsync(await gate.MakeAsync());

        answer[Header].ShouldBeNull();
        answer.Json.GetProperty("data").GetProperty("expires_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
