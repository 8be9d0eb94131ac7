using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using static SalesOs.Dashboard.Tests.ApiKeys.Policies.PolicyHouse;

namespace SalesOs.Dashboard.Tests.ApiKeys.Policies;

public class KeyPoliciesTests
{
    private static readonly KeyPolicy Everything = KeyPolicy.None
        .With(PolicyRule.MaxLifetimeDays, new PolicyDemand { Level = PolicyLevel.Require, Value = 90 })
        .With(PolicyRule.ScopesRequired, new PolicyDemand { Level = PolicyLevel.Require })
        .With(PolicyRule.AllowedIpsRequired, new PolicyDemand { Level = PolicyLevel.Require })
        .With(PolicyRule.MaxRateLimit, new PolicyDemand { Level = PolicyLevel.Require, Value = 500 })
        .With(PolicyRule.SingleUseRequired, new PolicyDemand { Level = PolicyLevel.Require })
        .With(PolicyRule.MaxUnusedDays, new PolicyDemand { Level = PolicyLevel.Require, Value = 60 });

    private static readonly NewKey Sound = new("sound", Scopes: [Scopes.LeadsRead], RateLimit: 500, ExpiresInDays: 90, AllowedIps: ["203.0.113.7"], SingleUse: true);

    [Fact]
    public async Task Policy_SetAndSetAgain_HasItsVersionItsDatesAndAnEntryEach()
    {
        await using var house = await KeyHouse.OpenAsync();
        var now = house.Clock.GetUtcNow();
        (await house.Get<KeyPolicies>().GetAsync(KeyHouse.Auditor())).Value.ShouldBe(new PolicyView(KeyPolicy.None, 0, null, null));

        var first = await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 500));
        (first.Version, first.ChangedAt, first.ChangedBy, first.Policy.MaxRateLimit.From).ShouldBe((1, now, "admin@example.test", now + KeyPolicies.Grace), "a demand without a date gives time");
        house.Clock.Advance(TimeSpan.FromDays(40));
        (await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 500))).Version.ShouldBe(1, "nothing differs");
        (await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 600))).Policy.MaxRateLimit.From.ShouldBe(now + KeyPolicies.Grace, "less strict keeps its date");
        (await house.SetPolicyAsync(Require(PolicyRule.MaxRateLimit, 400))).Policy.MaxRateLimit.From.ShouldBe(house.Clock.GetUtcNow() + KeyPolicies.Grace, "stricter gives time anew");
        var late = await house.Get<KeyPolicies>().SetAsync(Require(PolicyRule.MaxRateLimit, 300, now), null, KeyHouse.Admin());
        late.Error!.Faults.ShouldBe([new RuleFault("max_rate_limit.from", "from_past")]);
        (await house.Get<KeyPolicies>().SetAsync(KeyPolicy.None, [1, 2], KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.PolicyChangedSince);
        (await house.Get<KeyPolicies>().SetAsync(KeyPolicy.None, null, KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
        (await house.Get<KeyPolicies>().SetAsync(Require(PolicyRule.MaxRateLimit), null, KeyHouse.Admin())).Error!.Faults.ShouldHaveSingleItem().Code.ShouldBe("bound_required");

        (await house.EntriesAsync()).Select(e => e.Action).ShouldBe([AuditActions.PolicyChanged, AuditActions.PolicyChanged, AuditActions.PolicyChanged]);
        (await house.Get<KeyPolicies>().GetAsync(KeyHouse.Auditor(KeyHouse.Beta))).Value!.Version.ShouldBe(0, "each tenant has its own");
        (await house.Keys.CreateAsync(new NewKey("free"), KeyHouse.Admin(KeyHouse.Beta))).Done.ShouldBeTrue();
    }

    [Theory]
    [InlineData(PolicyRule.MaxLifetimeDays)]
    [InlineData(PolicyRule.ScopesRequired)]
    [InlineData(PolicyRule.AllowedIpsRequired)]
    [InlineData(PolicyRule.MaxRateLimit)]
    [InlineData(PolicyRule.SingleUseRequired)]
    public async Task Require_RefusesNewAndEditedKeysAtOnce_WithTheRuleAndTheBound(PolicyRule rule)
    {
        await using var house = await KeyHouse.OpenAsync();
        var admin = KeyHouse.Admin();
        var before = await house.MakeAsync(Breaking(rule));
        await house.SetPolicyAsync(Everything);
        var bound = Everything.Of(rule).Value?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var fault = new RuleFault(KeyPolicy.NameOf(rule), "policy_" + KeyPolicy.NameOf(rule), bound);

        Refused((await house.Keys.CreateAsync(Breaking(rule), admin)).Error);
        Refused((await house.Get<KeyReveals>().CreateAsync(Breaking(rule), admin)).Error);
        Refused((await house.Keys.RotateAsync(before.Key.Id, admin)).Error);
        var sound = await house.MakeAsync(Sound);
        Refused((await house.Keys.EditAsync(sound.Key.Id, Breaking(new KeyEdit(), rule), ifVersion: null, admin)).Error);
        (await house.ViewAsync(sound.Key.Id)).Version.ShouldBe(1, "what is refused leaves nothing changed");
        (await house.Keys.EditAsync(before.Key.Id, new KeyEdit { Name = "named anew" }, ifVersion: null, admin)).Done.ShouldBeTrue("what breaks it already may be edited otherwise");
        (await house.Keys.EditAsync(before.Key.Id, Mending(rule, house.Clock.GetUtcNow()), ifVersion: null, admin)).Done.ShouldBeTrue();
        (await house.Keys.RotateAsync(before.Key.Id, admin)).Error?.Faults.Select(f => f.Field).ShouldNotContain(field => field == fault.Field);

        // A warning refuses nothing.
        await house.SetPolicyAsync(KeyPolicy.None.With(rule, Everything.Of(rule) with { Level = PolicyLevel.Warn }));
        (await house.MakeAsync(Breaking(rule))).Key.Id.ShouldNotBe(Guid.Empty);

        void Refused(Error? error)
        {
            error.ShouldNotBeNull().Reason.ShouldBe(ErrorReason.Policy);
            error.Faults.ShouldBe([fault]);
        }
    }

    [Fact]
    public async Task Policy_SetWhileKeysAreMade_ForbidsEveryKeyThatComesAfterIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        for (var round = 0; round < 15; round++)
        {
            await house.SetPolicyAsync(KeyPolicy.None);
            var made = Enumerable.Range(0, 4).Select(i => Task.Run(() => house.Keys.CreateAsync(new NewKey($"race {round}.{i}"), KeyHouse.Admin()))).ToList();
            var set = Task.Run(() => house.SetPolicyAsync(Require(PolicyRule.ScopesRequired)));
            await set;
            await Task.WhenAll(made);

            var entries = await house.EntriesAsync();
            var setAt = entries.Last(e => e.Action == AuditActions.PolicyChanged).Sequence;
            foreach (var one in made.Select(m => m.Result).Where(m => m.Done))
            {
                entries.Single(e => e.Action == AuditActions.KeyCreated && e.KeyId == one.Value!.Key.Id).Sequence.ShouldBeLessThan(setAt);
                await house.Keys.DeleteAsync(one.Value!.Key.Id, KeyHouse.Admin());
            }
        }
    }

    private static NewKey Breaking(PolicyRule rule) => rule switch
    {
        PolicyRule.MaxLifetimeDays => Sound with { ExpiresInDays = null },
        PolicyRule.ScopesRequired => Sound with { Scopes = [] },
        PolicyRule.AllowedIpsRequired => Sound with { AllowedIps = [] },
        PolicyRule.MaxRateLimit => Sound with { RateLimit = 501 },
        _ => Sound with { SingleUse = false },
    };

    private static KeyEdit Breaking(KeyEdit edit, PolicyRule rule) => rule switch
    {
        PolicyRule.MaxLifetimeDays => edit with { ExpiresInDays = 91 },
        PolicyRule.ScopesRequired => edit with { Scopes = new(true, []) },
        PolicyRule.AllowedIpsRequired => edit with { AllowedIps = new(true, []) },
        PolicyRule.MaxRateLimit => edit with { RateLimit = 1000 },
        _ => edit with { SingleUse = false },
    };

    private static KeyEdit Mending(PolicyRule rule, DateTimeOffset now) => rule switch
    {
        PolicyRule.MaxLifetimeDays => new KeyEdit { ExpiresAt = new(true, now.AddDays(80)) },
        PolicyRule.ScopesRequired => new KeyEdit { Scopes = new(true, [Scopes.LeadsRead]) },
        PolicyRule.AllowedIpsRequired => new KeyEdit { AllowedIps = new(true, ["203.0.113.0/24"]) },
        PolicyRule.MaxRateLimit => new KeyEdit { RateLimit = 500 },
        _ => new KeyEdit { SingleUse = true },
    };
}
