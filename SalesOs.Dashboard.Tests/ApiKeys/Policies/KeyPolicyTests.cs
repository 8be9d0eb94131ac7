using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Tests.ApiKeys.Policies;

public class KeyPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Each way to say that every address of a family may come.</summary>
    private static readonly string[] AllOfThem = ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96", "0:0:0:0:0:FFFF::/96"];

    private static readonly JudgedKey Sound = new(KeyEnvironment.Live, HasScopes: true, HasAddresses: true, RateLimit: 100, SingleUse: true, Now.AddDays(-10), Now.AddDays(20), Now.AddDays(-1));

    [Fact]
    public void Rule_AtItsBoundAndBeyond_IsKeptAndBroken()
    {
        Broken(PolicyRule.MaxLifetimeDays, 30, Sound).ShouldBeFalse("exactly as long as may be");
        Broken(PolicyRule.MaxLifetimeDays, 30, Sound with { ExpiresAt = Now.AddDays(20).AddMilliseconds(1) }).ShouldBeTrue();
        Broken(PolicyRule.MaxLifetimeDays, 3650, Sound with { ExpiresAt = null }).ShouldBeTrue("for ever is too long");
        Broken(PolicyRule.ScopesRequired, null, Sound).ShouldBeFalse();
        Broken(PolicyRule.ScopesRequired, null, Sound with { HasScopes = false }).ShouldBeTrue();
        Broken(PolicyRule.AllowedIpsRequired, null, Sound with { HasAddresses = false }).ShouldBeTrue();
        Broken(PolicyRule.AllowedIpsRequired, null, Sound with { HasAddresses = false, Environment = KeyEnvironment.Test }).ShouldBeFalse("it is for live keys");
        Broken(PolicyRule.MaxRateLimit, 100, Sound).ShouldBeFalse();
        Broken(PolicyRule.MaxRateLimit, 99, Sound).ShouldBeTrue();
        Broken(PolicyRule.SingleUseRequired, null, Sound with { SingleUse = false }).ShouldBeTrue();
        Broken(PolicyRule.MaxUnusedDays, 1, Sound).ShouldBeFalse();
        Broken(PolicyRule.MaxUnusedDays, 1, Sound with { LastUsedAt = Now.AddDays(-1).AddMilliseconds(-1) }).ShouldBeTrue();
        Broken(PolicyRule.MaxUnusedDays, 10, Sound with { LastUsedAt = null }).ShouldBeFalse("it counts from the making");
        Broken(PolicyRule.MaxUnusedDays, 9, Sound with { LastUsedAt = null }).ShouldBeTrue();
        KeyPolicy.Rules.Count.ShouldBe(6, "each rule is judged above");

        static bool Broken(PolicyRule rule, int? bound, JudgedKey key)
        {
            var breaches = PolicyHouse.Require(rule, bound, Now).Breaches(key, Now);
            KeyPolicy.None.With(rule, new PolicyDemand { Level = PolicyLevel.Warn, Value = bound }).Breaches(key, Now).Count.ShouldBe(breaches.Count);
            return breaches.Count > 0;
        }
    }

    [Fact]
    public async Task Addresses_ThatLeaveNoneOut_AreAnyAddressWhereverThatIsJudged()
    {
        await using var house = await KeyHouse.OpenAsync();
        var admin = KeyHouse.Admin();
        var narrow = await house.MakeAsync(new NewKey("narrow", AllowedIps: ["203.0.113.0/24", "2001:db8::/96"]));
        foreach (var all in AllOfThem)
        {
            var wide = await house.MakeAsync(new NewKey(all, AllowedIps: ["203.0.113.7", all]));
            JudgedKey.Of(wide.Key).HasAddresses.ShouldBeFalse(all);
        }

        (await house.Keys.ListAsync(new KeyQuery(Traits: new() { AnyAddress = true }), admin)).Value!.Total.ShouldBe(AllOfThem.Length);
        (await house.Keys.ListAsync(new KeyQuery(Traits: new() { AnyAddress = false }), admin)).Value!.Keys.ShouldHaveSingleItem().Id.ShouldBe(narrow.Key.Id);
        var policy = PolicyHouse.Require(PolicyRule.AllowedIpsRequired);
        (await house.Get<PolicyForecasts>().OfAsync(policy, admin)).Value!.Affected.Select(k => k.Name).ShouldBe(AllOfThem, ignoreOrder: true);
        await house.SetPolicyAsync(policy);
        foreach (var all in AllOfThem)
        {
            (await house.Keys.CreateAsync(new NewKey("new", AllowedIps: [all]), admin)).Error!.Reason.ShouldBe(ErrorReason.Policy, all);
            (await house.Keys.EditAsync(narrow.Key.Id, new KeyEdit { AllowedIps = new(true, ["203.0.113.7", all]) }, ifVersion: null, admin)).Error!.Reason.ShouldBe(ErrorReason.Policy, all);
        }

        house.Clock.Advance(KeyPolicies.Grace);
        await house.Get<PolicyEnforcer>().EnforceAsync();
        (await house.Keys.ListAsync(new KeyQuery(Status: KeyStatus.Paused), admin)).Value!.Total.ShouldBe(AllOfThem.Length);
        (await house.ViewAsync(narrow.Key.Id)).Status.ShouldBe(KeyStatus.Active);
    }

    [Fact]
    public async Task Filter_OfAnyPolicy_FindsTheKeysThatTheFunctionFinds()
    {
        await using var house = await KeyHouse.OpenAsync();
        var random = new Random(20261129);
        var admin = KeyHouse.Admin();
        for (var i = 0; i < 60; i++)
        {
            await house.MakeAsync(new NewKey(
                $"key {i}",
                random.Next(2) == 0 ? KeyEnvironment.Live : KeyEnvironment.Test,
                random.Next(2) == 0 ? [] : [Scopes.LeadsRead],
                random.Next(1, 4) * 500,
                random.Next(3) == 0 ? null : random.Next(1, 5) * 30,
                AllowedIps: random.Next(4) switch { 0 => [], 1 => ["203.0.113.7", AllOfThem[i % AllOfThem.Length]], 2 => ["10.0.0.0/8"], _ => ["203.0.113.7"] },
                SingleUse: random.Next(2) == 0));
            house.Clock.Advance(TimeSpan.FromHours(random.Next(0, 36)));
        }

        var now = house.Clock.GetUtcNow();
        var ids = (await house.Keys.ListAsync(new KeyQuery(PerPage: 100), admin)).Value!.Keys.Select(k => k.Id).ToList();
        await house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            // Used at moments on both sides of the bounds, and exactly at them.
            foreach (var id in ids.Where(_ => random.Next(3) > 0))
            {
                DateTimeOffset? used = now.AddDays(-random.Next(0, 40)).AddMilliseconds(random.Next(-1, 2));
                await db.Set<ApiKey>().Where(k => k.Id == id).ExecuteUpdateAsync(k => k.SetProperty(x => x.LastUsedAt, used));
            }

            return true;
        });
        await house.Keys.RevokeAsync(ids[0], reason: null, admin);
        var found = 0;
        for (var round = 0; round < 40; round++)
        {
            var policy = KeyPolicy.None;
            foreach (var rule in KeyPolicy.Rules)
            {
                var level = (PolicyLevel)random.Next(3);
                int? value = KeyPolicy.MostOf(rule) is null ? null : rule == PolicyRule.MaxRateLimit ? random.Next(1, 4) * 500 : random.Next(1, 5) * 10;
                policy = random.Next(2) == 0 ? policy : policy.With(rule, new PolicyDemand { Level = level, Value = level == PolicyLevel.Off ? null : value });
            }

            await house.SetPolicyAsync(policy);
            var marked = (await house.Keys.ListAsync(new KeyQuery(PerPage: 100, Mark: KeyMark.OutOfPolicy), admin)).Value!;
            var judged = (await house.Keys.ListAsync(new KeyQuery(PerPage: 100), admin)).Value!.Keys
                .Where(k => !k.Status.IsEnded() && policy.Breaches(JudgedKey.Of(k), now).Count > 0).ToList();
            marked.Keys.Select(k => k.Id).ShouldBe(judged.Select(k => k.Id), ignoreOrder: true);
            marked.Total.ShouldBe(judged.Count);
            marked.Keys.ShouldAllBe(k => k.Bears(KeyMark.OutOfPolicy, now));
            found += judged.Count;
        }

        found.ShouldBeGreaterThan(300, "many of them break something");
    }
}
