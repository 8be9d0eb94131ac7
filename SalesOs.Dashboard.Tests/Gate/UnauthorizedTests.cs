using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Every way to be refused for the credential, and that an outsider can't tell one from another.</summary>
public sealed class UnauthorizedTests(OpenGate gate) : IClassFixture<OpenGate>
{
    public static TheoryData<string> Ways { get; } =
    [
        "no header", "empty header", "two headers", "the same header twice", "another scheme", "bearer with the key", "bearer with the secret",
        "31 s behind", "31 s ahead", "timestamp 0", "timestamp of 18 digits", "unknown key", "forged signature", "another key's signature",
        "another method's signature", "another target's signature", "revoked", "expired", "deleted", "paused as if it were no good", "paused and then revoked",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Request_WithAFaultyCredential_HasTheOneAnswer(string way)
    {
        var unknown = await gate.SendAsync(new RawRequest("GET", "/v1/whoami").With("Authorization: " + Header(Stranger())));

        var answer = await gate.SendAsync(await RequestAsync(way));

        answer.WithoutIdAndTimes().ShouldBe(unknown.WithoutIdAndTimes());
        answer.Status.ShouldBe(401);
        answer.Code.ShouldBe("UNAUTHORIZED");
        answer.Json.GetProperty("error").GetProperty("message").GetString().ShouldBe("Invalid or expired API key or signature");
        answer["WWW-Authenticate"].ShouldBe("P2S-SIGN-V1");
        answer["Cache-Control"].ShouldBe("no-store");
        answer["X-Request-Id"].ShouldBe(answer.Json.GetProperty("meta").GetProperty("request_id").GetString());
        answer.Headers.ShouldAllBe(h => !h.Name.StartsWith("X-RateLimit", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Authorization: P2S-SIGN-V1\r\n {0}")]
    [InlineData("Authorization:\r\n P2S-SIGN-V1 {0}")]
    [InlineData("Authorization : P2S-SIGN-V1 {0}")]
    public async Task Header_Folded_IsRefusedByTheServer(string line)
    {
        var credential = Header(await gate.MakeAsync())["P2S-SIGN-V1 ".Length..];

        (await gate.SendAsync(new RawRequest("GET", "/v1/whoami").With(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, credential)))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Key_UntilItsLastMillisecond_OpensAndFromItsExpiryOnDoesNot()
    {
        var expiry = gate.Clock.GetUtcNow().AddMinutes(1);
        var key = await gate.MakeAsync(new NewKey("short", ExpiresAt: expiry));

        gate.Clock.Advance(TimeSpan.FromMilliseconds(59_999));
        (await gate.CallAsync(key)).Status.ShouldBe(200);
        gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await gate.CallAsync(key)).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(29, 200)]
    [InlineData(30, 200)]
    [InlineData(31, 401)]
    [InlineData(-30, 200)]
    [InlineData(-31, 401)]
    public async Task Timestamp_AtTheWindowsEdge_CountsInWholeSeconds(int skew, int status) =>
        (await gate.CallAsync(await gate.MakeAsync(), skew: skew)).Status.ShouldBe(status);

    [Fact]
    public async Task Timestamp_LastMillisecondOfTheWindow_StillPasses()
    {
        var request = gate.Signed(await gate.MakeAsync());

        gate.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds((gate.Seconds * 1000) + 30_999));
        (await gate.SendAsync(request)).Status.ShouldBe(200);
        gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await gate.SendAsync(request)).Status.ShouldBe(401);
    }

    private async Task<RawRequest> RequestAsync(string way)
    {
        var request = new RawRequest("GET", "/v1/whoami");
        var key = await gate.MakeAsync();
        var good = Header(key);
        switch (way)
        {
            case "no header": return request;
            case "empty header": return request.With("Authorization:");
            case "two headers": return request.With("Authorization: " + good, "Authorization: " + Header(await gate.MakeAsync()));
            case "the same header twice": return request.With("Authorization: " + good, "authorization: " + good);
            case "another scheme": return request.With("Authorization: " + good.Replace("P2S-SIGN-V1", "Basic", StringComparison.Ordinal));
            case "bearer with the key": return request.With("Authorization: Bearer " + key.ApiKey);
            case "bearer with the secret": return request.With("Authorization: Bearer " + key.Secret);
            case "31 s behind": return gate.Signed(key, skew: -31);
            case "31 s ahead": return gate.Signed(key, skew: 31);
            case "timestamp 0": return request.With("Authorization: " + Header(key, at: 0));
            case "timestamp of 18 digits": return request.With("Authorization: " + Header(key, at: 999_999_999_999_999_999));
            case "unknown key": return request.With("Authorization: " + Header(Stranger()));
            case "forged signature": return request.With("Authorization: " + good[..^64] + new string('a', 64));
            case "another key's signature": return request.With("Authorization: " + good[..^64] + Header(await gate.MakeAsync())[^64..]);
            case "another method's signature": return request.With("Authorization: " + Header(key, method: "POST"));
            case "another target's signature": return request.With("Authorization: " + Header(key, target: "/v1/whoami?"));
            case "revoked":
                await gate.Keys.RevokeAsync(key.Key.Id, reason: null, KeyHouse.Admin());
                return request.With("Authorization: " + good);
            case "expired":
                var late = await gate.MakeAsync(new NewKey("late", ExpiresAt: gate.Clock.GetUtcNow().AddMilliseconds(1)));
                gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
                return request.With("Authorization: " + Header(late));
            case "deleted":
                await gate.Keys.DeleteAsync(key.Key.Id, KeyHouse.Admin());
                return request.With("Authorization: " + good);
            case "paused as if it were no good":
                await PauseAsync(key, new KeyPause { Answer = PauseAnswer.Unauthorized, Until = gate.Clock.GetUtcNow().AddHours(1) });
                return request.With("Authorization: " + good);
            case "paused and then revoked":
                await PauseAsync(key, new KeyPause { Then = PauseEnd.Revoke, Until = gate.Clock.GetUtcNow().AddMilliseconds(1) });
                gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
                return request.With("Authorization: " + Header(key));
            default: throw new ArgumentOutOfRangeException(nameof(way), way, "No such way.");
        }
    }

    private async Task PauseAsync(CreatedKey key, KeyPause pause) =>
        (await gate.Dashboard.Services.GetRequiredService<KeyPauses>().PauseAsync(key.Key.Id, pause, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();

    private string Header(CreatedKey key, long? at = null, string method = "GET", string target = "/v1/whoami") =>
        RequestSigner.Authorization(key.ApiKey, key.Secret, at ?? gate.Seconds, method, target, []);

    private string Header((string ApiKey, string Secret) key) => RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, "GET", "/v1/whoami", []);

    private static (string ApiKey, string Secret) Stranger() => (CredentialFormat.NewApiKey(test: false), CredentialFormat.NewSecret(test: false));
}
