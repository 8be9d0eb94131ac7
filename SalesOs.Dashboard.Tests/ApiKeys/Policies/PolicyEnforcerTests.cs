using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using static SalesOs.Dashboard.Tests.ApiKeys.Policies.PolicyHouse;

namespace SalesOs.Dashboard.Tests.ApiKeys.Policies;

public class PolicyEnforcerTests
{
    [Theory]
    [InlineData(PolicyRule.ScopesRequired, null)]
    [InlineData(PolicyRule.AllowedIpsRequired, null)]
    [InlineData(PolicyRule.MaxRateLimit, 999)]
    [InlineData(PolicyRule.SingleUseRequired, null)]
    [InlineData(PolicyRule.MaxUnusedDays, 5)]
    public async Task Key_ThatBreaksARule_IsPausedOnTheDateAloneAndStaysSo(PolicyRule rule, int? bound)
    {
        await using var house = await KeyHouse.OpenAsync();
        var admin = KeyHouse.Admin();
        var (old, revoked) = (await house.MakeAsync(new NewKey("old", SingleUse: false)), await house.MakeAsync(new NewKey("revoked", SingleUse: false)));
        await house.Keys.RevokeAsync(revoked.Key.Id, reason: null, admin);
        var from = house.Clock.GetUtcNow().AddDays(20);
        await house.SetPolicyAsync(Require(rule, bound, from));

        house.Clock.SetUtcNow(from.AddMilliseconds(-1));
        await EnforceAsync(house);
        (await house.ViewAsync(old.Key.Id)).ShouldSatisfyAllConditions(k => k.Status.ShouldBe(KeyStatus.Active), k => k.Version.ShouldBe(1));

        house.Clock.SetUtcNow(from);
        await EnforceAsync(house);
        await EnforceAsync(house);
        var paused = await house.ViewAsync(old.Key.Id);
        (paused.Status, paused.Version, paused.Pause).ShouldBe((KeyStatus.Paused, 2, new PauseView(from, By: null, Until: null, Then: null, "policy", PauseAnswer.KeyPaused)));
        house.Ring.Find(old.ApiKey)!.Pause!.Until.ShouldBe(long.MaxValue, "the gate has it too");
        var told = (await house.EntriesAsync()).Where(e => e.Action == AuditActions.KeyPaused).ShouldHaveSingleItem();
        (told.KeyId, told.ActorId, told.Detail!["policy"]![0]!.GetValue<string>()).ShouldBe((old.Key.Id, null, KeyPolicy.NameOf(rule)));
        (await house.ViewAsync(revoked.Key.Id)).Version.ShouldBe(2, "what has ended is left alone");

        var pauses = house.Get<KeyPauses>();
        (await pauses.ResumeAsync(old.Key.Id, null, admin)).Error!.Faults.ShouldHaveSingleItem().Field.ShouldBe(KeyPolicy.NameOf(rule));
        (await pauses.ResumeAsync(KeySelection.Of([old.Key.Id]), admin)).Value!.ShouldBeEmpty();
        (await pauses.PauseAsync(old.Key.Id, new KeyPause { Until = house.Clock.GetUtcNow().AddMinutes(1) }, null, admin)).Error!.Reason.ShouldBe(ErrorReason.Policy, "the clock would resume it");
        (await house.ViewAsync(old.Key.Id)).Status.ShouldBe(KeyStatus.Paused);

        await house.SetPolicyAsync(KeyPolicy.None);
        (await pauses.ResumeAsync(old.Key.Id, null, admin)).Value!.Status.ShouldBe(KeyStatus.Active);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Key_ThatLivesTooLong_ExpiresOnTheDateAndMayBeGivenALifeThatFits()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (forever, fits) = (await house.MakeAsync(new NewKey("for ever")), await house.MakeAsync(new NewKey("fits", ExpiresInDays: 90)));
        var from = house.Clock.GetUtcNow().AddDays(20);
        await house.SetPolicyAsync(Require(PolicyRule.MaxLifetimeDays, 90, from));
        house.Clock.SetUtcNow(from.AddSeconds(30));
        await EnforceAsync(house);

        var ended = await house.ViewAsync(forever.Key.Id);
        (ended.Status, ended.ExpiresAt, ended.Version, house.Ring.Find(forever.ApiKey)!.ExpiresAt).ShouldBe((KeyStatus.Expired, from, 2, from.ToUnixTimeMilliseconds()));
        (await house.ViewAsync(fits.Key.Id)).Version.ShouldBe(1);
        var told = (await house.EntriesAsync()).Where(e => e.Action == AuditActions.KeyEdited).ShouldHaveSingleItem();
        (told.ActorId, told.Detail!["policy"]![0]!.GetValue<string>(), told.Detail["after"]!["expires_at"]!.GetValue<long>()).ShouldBe((null, "max_lifetime_days", from.ToUnixTimeMilliseconds()));
        (await house.Keys.EditAsync(forever.Key.Id, new KeyEdit { ExpiresAt = forever.Key.CreatedAt.AddDays(90) }, ifVersion: null, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Active);
    }

    [Fact]
    public async Task Pause_ThatTheClockWouldEnd_HoldsOnceTheDateHasCome()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var from = house.Clock.GetUtcNow().AddDays(1);
        await house.SetPolicyAsync(Require(PolicyRule.ScopesRequired, from: from));
        await house.Get<KeyPauses>().PauseAsync(made.Key.Id, new KeyPause { Until = from.AddHours(1), Reason = "looked into" }, null, KeyHouse.Admin());
        house.Clock.SetUtcNow(from);
        await EnforceAsync(house);
        house.Clock.SetUtcNow(from.AddHours(2));
        await house.Get<PauseEnds>().RecordAsync();
        (await house.ViewAsync(made.Key.Id)).Status.ShouldBe(KeyStatus.Paused);
    }

    [Fact]
    public async Task Dates_FourteenAndThreeDaysBefore_AreToldOnceEachWithTheirKeys()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.MakeAsync(new NewKey("sound", Scopes: [Scopes.LeadsRead]));
        var from = house.Clock.GetUtcNow().AddDays(30);
        await house.SetPolicyAsync(Require(PolicyRule.ScopesRequired, from: from));
        var told = new List<(int Days, int At)>();
        for (var day = 0; day < 33; day++)
        {
            await EnforceAsync(house);
            await EnforceAsync(house);
            var due = (await house.EntriesAsync()).Where(e => e.Action == AuditActions.PolicyDue).ToList();
            if (due.Count > told.Count)
            {
                told.Add((due[^1].Detail!["days"]!.GetValue<int>(), day));
                due[^1].Detail!["keys"]!.AsArray().Select(k => k!.GetValue<string>()).ShouldBe([made.Key.Id.ToString()]);
                due.Count.ShouldBe(told.Count);
            }

            house.Clock.Advance(TimeSpan.FromDays(1));
        }

        told.ShouldBe([(14, 16), (3, 27)]);
    }

    [Fact]
    public async Task Rule_TightenedForTheSameDate_IsToldAgainAndALoosenedOneIsNot()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (fast, slow) = (await house.MakeAsync(new NewKey("fast", RateLimit: 900)), await house.MakeAsync(new NewKey("slow", RateLimit: 400)));
        var from = house.Clock.GetUtcNow().AddDays(10);
        await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 500, from));
        (await DuesAsync(house)).ShouldBe([(10, Named(fast.Key.Id))]);
        await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 600, from));
        (await DuesAsync(house)).Count.ShouldBe(1, "it catches no more keys than before");
        house.Clock.Advance(TimeSpan.FromDays(1));
        await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 300, from));
        (await DuesAsync(house)).Skip(1).ShouldBe([(9, Named(fast.Key.Id, slow.Key.Id))]);
        await house.SetPolicyAsync(KeyPolicy.None);
        await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 300, from));
        (await DuesAsync(house)).Count.ShouldBe(3, "taken off and demanded anew is told anew");
    }

    [Theory]
    [InlineData(-12 * 60 * 60)]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Date_OfToday_IsToldOnceThoughItHasCome(int secondsFromNow)
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.SetPolicyAsync(Require(PolicyRule.ScopesRequired, from: house.Clock.GetUtcNow().AddSeconds(secondsFromNow)));
        house.Clock.Advance(TimeSpan.FromSeconds(30));
        (await DuesAsync(house)).ShouldBe([(0, Named(made.Key.Id))]);
        (await house.ViewAsync(made.Key.Id)).Status.ShouldBe(KeyStatus.Paused);
        house.Clock.Advance(TimeSpan.FromDays(20));
        (await DuesAsync(house)).Count.ShouldBe(1);
    }

    /// <summary>Also: nothing is revoked or deleted by a policy, whatever it demands.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Forecast_OfAnyPolicy_IsWhatThenHappens(int seed)
    {
        await using var house = await KeyHouse.OpenAsync();
        var random = new Random(seed);
        for (var i = 0; i < 25; i++)
        {
            var made = await house.MakeAsync(new NewKey(
                $"key {i}",
                random.Next(3) == 0 ? KeyEnvironment.Test : KeyEnvironment.Live,
                random.Next(2) == 0 ? [] : [Scopes.LeadsRead],
                random.Next(1, 4) * 500,
                random.Next(2) == 0 ? null : random.Next(1, 13) * 10,
                AllowedIps: random.Next(2) == 0 ? [] : ["203.0.113.7"],
                SingleUse: random.Next(2) == 0));
            if (random.Next(6) == 0)
            {
                await house.Get<KeyPauses>().PauseAsync(made.Key.Id, new KeyPause(), null, KeyHouse.Admin());
            }
        }

        var now = house.Clock.GetUtcNow();
        var policy = KeyPolicy.None;
        foreach (var rule in KeyPolicy.Rules.Where(r => r != PolicyRule.MaxUnusedDays))
        {
            var level = (PolicyLevel)random.Next(3);
            int? value = rule switch { PolicyRule.MaxLifetimeDays => 60, PolicyRule.MaxRateLimit => 900, _ => null };
            policy = policy.With(rule, new PolicyDemand { Level = level, Value = level == PolicyLevel.Off ? null : value, From = level == PolicyLevel.Require ? now.AddDays(random.Next(1, 40)) : null });
        }

        var forecast = (await house.Get<PolicyForecasts>().OfAsync(policy, KeyHouse.Auditor())).Value!;
        await house.SetPolicyAsync(policy);
        var happened = new Dictionary<Guid, (PolicyEffect Effect, DateTimeOffset At)>();
        for (var day = 0; day <= 41; day++)
        {
            await EnforceAsync(house);
            foreach (var key in (await house.Keys.ListAsync(new KeyQuery(PerPage: 100), KeyHouse.Admin())).Value!.Keys)
            {
                key.Status.ShouldNotBe(KeyStatus.Revoked);
                if (key.Status == KeyStatus.Expired || key.Pause?.Reason == PolicyEnforcer.Reason)
                {
                    happened.TryAdd(key.Id, (key.Status == KeyStatus.Expired ? PolicyEffect.Expire : PolicyEffect.Pause, house.Clock.GetUtcNow()));
                }
            }

            house.Clock.Advance(TimeSpan.FromDays(1));
        }

        (await house.Keys.ListAsync(new KeyQuery(), KeyHouse.Admin())).Value!.Total.ShouldBe(25, "none is deleted");
        forecast.Keys.ShouldBe(25);
        (forecast.Comply + forecast.Affected.Count).ShouldBe(25);
        var people = (await house.EntriesAsync()).Where(e => e.Action == AuditActions.KeyPaused && e.ActorId is not null).Select(e => e.KeyId).ToHashSet();
        foreach (var key in forecast.Affected.Where(k => !people.Contains(k.Id)))
        {
            happened.TryGetValue(key.Id, out var then).ShouldBe(key.Effect != PolicyEffect.Warn || then != default, key.Name);
            if (key.Effect != PolicyEffect.Warn)
            {
                then.ShouldBe((key.Effect, key.Until!.Value), $"{key.Name} {string.Join(' ', key.Rules)}");
            }
        }

        var affected = forecast.Affected.Where(k => k.Effect != PolicyEffect.Warn).Select(k => k.Id).ToHashSet();
        var others = (await house.EntriesAsync()).Where(e => e.ActorId is null && e.Detail?["policy"] is not null).Select(e => e.KeyId!.Value).Where(id => !affected.Contains(id));
        others.ShouldBeEmpty("what is not foretold does not happen");
    }

    /// <summary>What the log is told of dates by now: how many days are left, and the keys.</summary>
    private static async Task<IReadOnlyList<(int Days, string Keys)>> DuesAsync(KeyHouse house)
    {
        await EnforceAsync(house);
        return
        [
            .. (await house.EntriesAsync()).Where(e => e.Action == AuditActions.PolicyDue)
                .Select(e => (e.Detail!["days"]!.GetValue<int>(), Named([.. e.Detail["keys"]!.AsArray().Select(k => Guid.Parse(k!.GetValue<string>()))]))),
        ];
    }

    private static string Named(params Guid[] keys) => string.Join(' ', keys.Order());

    private static Task EnforceAsync(KeyHouse house) => house.Get<PolicyEnforcer>().EnforceAsync();
}
