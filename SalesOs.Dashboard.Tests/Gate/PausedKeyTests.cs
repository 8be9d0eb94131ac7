using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>What callers of a paused key are told, and that the clock alone ends a pause: nothing else of the program has to run for that.</summary>
public sealed class PausedKeyTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private KeyPauses Pauses => gate.Dashboard.Services.GetRequiredService<KeyPauses>();

    [Fact]
    public async Task Paused_UntilSomebodyResumesIt_Is403WithoutATime()
    {
        var key = await gate.MakeAsync();
        await PauseAsync(key, new KeyPause());

        var answer = await gate.SendAsync(gate.SignedLead(key));

        (answer.Status, answer.Code, answer["Retry-After"]).ShouldBe((403, "KEY_PAUSED", null));
        answer.Json.GetProperty("error").GetProperty("message").GetString().ShouldBe("This API key is paused");
        answer.Json.GetProperty("error").TryGetProperty("retry_after", out _).ShouldBeFalse();
        answer["X-RateLimit-Limit"].ShouldBeNull("it did not pass check 6");
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.Paused] = 1 });
        (await gate.RejectionAsync(answer)).ShouldSatisfyAllConditions(r => r.Verdict.ShouldBe(Verdict.Paused), r => r.Proven.ShouldBeTrue());
        (await gate.CallAsync(key, skew: -31)).Status.ShouldBe(401, "the checks before it decide before it");

        (await Pauses.ResumeAsync(key.Key.Id, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await gate.SendAsync(gate.SignedLead(key))).Status.ShouldBe(201, "its signature was not used up");
    }

    [Fact]
    public async Task Paused_UntilATime_TellsItAndIsOverAtThatMillisecond()
    {
        var key = await gate.MakeAsync();
        await PauseAsync(key, new KeyPause { Until = gate.Clock.GetUtcNow().AddMilliseconds(90_001) });

        var answer = await gate.CallAsync(key);
        (answer.Status, answer["Retry-After"], answer.Json.GetProperty("error").GetProperty("retry_after").GetInt32()).ShouldBe((403, "91", 91));

        gate.Clock.Advance(TimeSpan.FromMilliseconds(90_000));
        (await gate.CallAsync(key))["Retry-After"].ShouldBe("1");
        gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await gate.CallAsync(key)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Paused_ThenRevoked_IsRevokedAtThatMillisecond()
    {
        var key = await gate.MakeAsync();
        await PauseAsync(key, new KeyPause { Until = gate.Clock.GetUtcNow().AddMinutes(1), Then = PauseEnd.Revoke });

        gate.Clock.Advance(TimeSpan.FromMilliseconds(59_999));
        (await gate.CallAsync(key)).Code.ShouldBe("KEY_PAUSED");
        gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await gate.CallAsync(key)).Code.ShouldBe("UNAUTHORIZED");
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.Paused] = 1, [Verdict.Revoked] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Paused_AndExpiredOrForAnotherAddress_IsRefusedInTheOrderOfTheChecks()
    {
        var key = await gate.MakeAsync(new NewKey("here not", AllowedIps: ["192.0.2.1"], ExpiresAt: gate.Clock.GetUtcNow().AddMinutes(1)));
        await PauseAsync(key, new KeyPause());

        (await gate.CallAsync(key)).Code.ShouldBe("KEY_PAUSED");
        gate.Clock.Advance(TimeSpan.FromMinutes(1));
        (await gate.CallAsync(key)).Code.ShouldBe("UNAUTHORIZED");
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.Paused] = 1, [Verdict.Expired] = 1 }, ignoreOrder: true);
    }

    private async Task PauseAsync(CreatedKey key, KeyPause pause) => (await Pauses.PauseAsync(key.Key.Id, pause, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();
}
