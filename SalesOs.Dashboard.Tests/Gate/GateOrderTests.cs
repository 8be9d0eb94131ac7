using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Each request is wrong in one check and in others that come after it: the first rejection wins, and the record knows the true reason.</summary>
public sealed class GateOrderTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const string BadSignature = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string Encoded = "Content-Encoding: gzip";
    private const string TooLong = "Content-Length: 1048577";

    [Theory]
    [InlineData("/v1/leads/../leads", "p2s-sign-v1", 31, true, 400, "VALIDATION_ERROR")]
    [InlineData("/v1/leads", "p2s-sign-v1", 31, true, 415, "UNSUPPORTED_MEDIA_TYPE")]
    [InlineData("/v1/leads", "p2s-sign-v1", 31, false, 401, "UNAUTHORIZED")]
    public async Task Gate_BeforeTheKeyIsKnown_RefusesForTheFirstFault(string target, string scheme, int skew, bool encoded, int status, string code)
    {
        var key = await gate.MakeAsync();
        var request = new RawRequest("POST", target).With($"Authorization: {scheme} {key.ApiKey}:{gate.Seconds - skew}:{BadSignature}", TooLong);

        var answer = await gate.SendAsync(encoded ? request.With(Encoded) : request);

        answer.Status.ShouldBe(status);
        answer.Code.ShouldBe(code);
        answer["X-RateLimit-Limit"].ShouldBeNull();
    }

    [Theory]
    [InlineData(-31, true, true, 401, Verdict.OutsideWindow)]
    [InlineData(0, true, true, 413, Verdict.BodyTooLarge)]
    [InlineData(0, false, true, 401, Verdict.BadSignature)]
    [InlineData(0, false, false, 401, Verdict.Revoked)]
    public async Task Gate_RevokedKeyWithoutScopeOrHour_RefusesForTheFirstFault(int skew, bool tooLong, bool forged, int status, Verdict reason)
    {
        var key = await WornAsync();
        await AllowNobodyHereAsync(key);
        await gate.Keys.RevokeAsync(key.Key.Id, "leaked", KeyHouse.Admin());
        var request = forged
            ? new RawRequest("POST", "/v1/leads").With($"Authorization: P2S-SIGN-V1 {key.ApiKey}:{gate.Seconds + skew}:{BadSignature}")
            : gate.Signed(key, "POST", "/v1/leads");

        var answer = await gate.SendAsync(tooLong ? request.With(TooLong) : request);

        answer.Status.ShouldBe(status);
        answer["X-RateLimit-Limit"].ShouldBeNull();
        (await gate.VerdictsAsync(key))[reason].ShouldBe(1);
    }

    [Fact]
    public async Task Gate_KeyForAnotherAddressWithoutScopeOrHour_NamesTheAddress()
    {
        var key = await WornAsync();
        await AllowNobodyHereAsync(key);

        var answer = await gate.SendAsync(gate.SignedLead(key));

        answer.Status.ShouldBe(403);
        answer["X-RateLimit-Remaining"].ShouldBe("0");
        (await gate.VerdictsAsync(key))[Verdict.AddressNotAllowed].ShouldBe(1);
    }

    [Fact]
    public async Task Gate_KeyWithoutScopeOrHour_NamesTheMissingScopeAndTellsTheLimit()
    {
        var key = await WornAsync();

        var answer = await gate.SendAsync(gate.SignedLead(key));

        answer.Status.ShouldBe(403);
        answer.Code.ShouldBe("FORBIDDEN");
        answer.Json.GetProperty("error").GetProperty("message").GetString().ShouldBe("This API key lacks the scope leads:write");
        answer["X-RateLimit-Limit"].ShouldBe("1");
        answer["X-RateLimit-Remaining"].ShouldBe("0");
        answer["X-RateLimit-Reset"].ShouldNotBeNull();
        (await gate.VerdictsAsync(key))[Verdict.MissingScope].ShouldBe(1);
    }

    [Fact]
    public async Task Gate_KeyWithoutHour_IsRateLimited()
    {
        var key = await WornAsync();

        var answer = await gate.CallAsync(key, target: "/v1/leads");

        answer.Status.ShouldBe(429);
        answer.Code.ShouldBe("RATE_LIMITED");
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.LetIn] = 1, [Verdict.RateLimited] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Gate_CopyOfARequestWithoutHour_IsRateLimited()
    {
        var key = await gate.MakeAsync(new NewKey("worn", RateLimit: 1), singleUse: true);
        var request = gate.SignedLead(key);
        (await gate.SendAsync(request)).Status.ShouldBe(201);

        (await gate.SendAsync(request)).Status.ShouldBe(429);

        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.LetIn] = 1, [Verdict.RateLimited] = 1 }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("GET", "/v1/leads", "", 200)]
    [InlineData("POST", "/v1/leads", """{"name":"Rui","phone":"1"}""", 201)]
    [InlineData("POST", "/functions/v1/default-integration", """{"action":"x"}""", 400)]
    [InlineData("GET", "/v1/whoami", "", 200)]
    public async Task Gate_UnrestrictedKey_OpensEveryRoute(string method, string target, string body, int status)
    {
        var answer = await gate.CallAsync(await gate.MakeAsync(new NewKey("all")), method, target, body);

        answer.Status.ShouldBe(status);
        answer["X-RateLimit-Limit"].ShouldBe("1000");
        answer["X-RateLimit-Remaining"].ShouldBe("999");
        answer["X-RateLimit-Reset"].ShouldNotBeNull();
    }

    private async Task AllowNobodyHereAsync(CreatedKey key)
    {
        var version = (await gate.Keys.GetAsync(key.Key.Id, KeyHouse.Admin())).Value!.Version;
        (await gate.Keys.EditAsync(key.Key.Id, new KeyEdit { AllowedIps = new List<string> { "192.0.2.1" } }, version, KeyHouse.Admin())).Done.ShouldBeTrue();
    }

    /// <summary>May only read leads, and its one request of the hour is used up.</summary>
    private async Task<CreatedKey> WornAsync()
    {
        var key = await gate.MakeAsync(new NewKey("worn", Scopes: [Scopes.LeadsRead], RateLimit: 1));
        (await gate.CallAsync(key)).Status.ShouldBe(200);
        return key;
    }
}
