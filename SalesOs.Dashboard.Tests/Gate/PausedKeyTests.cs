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

    [Fact]
    public async Task BrownOut_TellsWhenToComeAgain_AndWhoNoticedIsTheSendersOwnList()
    {
        var (key, other) = (await gate.MakeAsync(new NewKey("brown", RateLimit: 1_000_000)), await gate.MakeAsync());
        // Wherever in the minute the other tests have left the clock.
        gate.Clock.Advance(TimeSpan.FromMilliseconds(60_000 - (gate.Clock.GetUtcNow().ToUnixTimeMilliseconds() % 60_000)));
        var begin = gate.Clock.GetUtcNow();
        var brownOuts = gate.Dashboard.Services.GetRequiredService<KeyBrownOuts>();
        (await brownOuts.PlanAsync(key.Key.Id, new BrownOutPlan { Minutes = 5 }, KeyHouse.Admin())).Done.ShouldBeTrue();
        var sent = new Dictionary<(string? Agent, string Route), (long Count, DateTimeOffset First, DateTimeOffset Last)>();
        var random = new Random(17);
        for (var i = 0; i < 200; i++)
        {
            var agent = (string?[])[null, "erp/2", "cron/1"] is var all ? all[random.Next(3)] : null;
            var (method, target, route) = ((string, string, string)[])[("GET", "/v1/whoami", "GET /v1/whoami"), ("GET", "/v1/leads?page=1", "GET /v1/leads"), ("POST", "/v1/leads", "POST /v1/leads")] is var calls ? calls[random.Next(3)] : default;
            var request = gate.Signed(key, method, target, method == "POST" ? "{}"u8.ToArray() : null).With("Content-Type: application/json");
            var answer = await gate.SendAsync(agent is null ? request : request.With("User-Agent: " + agent));
            (answer.Status, answer.Code, answer["Retry-After"]).ShouldBe((403, "KEY_PAUSED", $"{Math.Ceiling((begin.AddMinutes(5) - gate.Clock.GetUtcNow()).TotalSeconds)}"));
            var now = gate.Clock.GetUtcNow();
            sent[(agent, route)] = sent.TryGetValue((agent, route), out var before) ? (before.Count + 1, before.First, now) : (1, now, now);
            gate.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(1200)));
        }

        (await gate.SendAsync(new RawRequest("GET", "/v1/whoami").With($"Authorization: P2S-SIGN-V1 {key.ApiKey}:{gate.Seconds}:{new string('0', 64)}"))).Status.ShouldBe(401, "an outsider is not among them");
        (await gate.CallAsync(other)).Status.ShouldBe(200);
        gate.Clock.SetUtcNow(begin.AddMinutes(5).AddMilliseconds(-1));
        (await gate.CallAsync(key)).Status.ShouldBe(403);
        sent[(null, "GET /v1/whoami")] = sent[(null, "GET /v1/whoami")] is var whoami ? (whoami.Count + 1, whoami.First, gate.Clock.GetUtcNow()) : default;
        gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await gate.CallAsync(key)).Status.ShouldBe(200);

        (await gate.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        var noticed = (await gate.Dashboard.Services.GetRequiredService<BrownOutQuery>().ListAsync(key.Key.Id, 1, 10, KeyHouse.Auditor())).Value!.BrownOuts.Single();
        (noticed.StartsAt, noticed.EndsAt, noticed.Status).ShouldBe((begin, begin.AddMinutes(5), BrownOutStatus.Ended));
        noticed.Noticed.ShouldAllBe(n => n.Address == "127.0.0.1");
        noticed.Noticed.ToDictionary(n => (n.Agent, n.Route), n => (n.Count, n.FirstSeenAt, n.LastSeenAt)).ShouldBe(sent, ignoreOrder: true);
    }

    private async Task PauseAsync(CreatedKey key, KeyPause pause) => (await Pauses.PauseAsync(key.Key.Id, pause, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();
}
