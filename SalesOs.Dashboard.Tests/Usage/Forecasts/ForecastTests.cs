using System.Net;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Tests.Usage.Forecasts;

public class ForecastTests
{
    private const string GetLeads = "GET /v1/leads";
    private const string PostLead = "POST /v1/leads";
    private const string WhoAmI = "GET /v1/whoami";

    [Fact]
    public async Task Forecast_WhoMayNotAnotherTenantsKeyAndNonsense_GetNone()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var forecasts = house.Get<ForecastQuery>();

        (await forecasts.OfAsync(key.Id, new Proposal(), KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        (await forecasts.UseAsync(key.Id, 90, KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        (await forecasts.OfAsync(key.Id, new Proposal(), KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await forecasts.OfAsync(key.Id, new Proposal { Scopes = ["x"], AllowedIps = ["10.0.0.1/8"], RateLimit = 0, Days = 91 }, KeyHouse.Admin())).Error!.Faults
            .Select(fault => (fault.Field, fault.Code)).ShouldBe([("scopes", "scope_unknown"), ("allowed_ips", "allowed_ip_invalid"), ("rate_limit", "rate_limit_range"), ("days", "days_range")], ignoreOrder: true);
        var nothing = (await forecasts.OfAsync(key.Id, new Proposal { Scopes = [Scopes.LeadsRead], AllowedIps = ["10.0.0.1"], RateLimit = 1 }, KeyHouse.Auditor())).Value!;
        new[] { nothing.Scopes, nothing.AllowedIps, nothing.RateLimit }.ShouldAllBe(setting => setting == SettingForecast.Nothing);
        nothing.Suggestion.ShouldBe(new Suggestion(null, ForecastReason.NoRequests, null, ForecastReason.NoRequests, null, ForecastReason.NoRequests));
    }

    [Fact]
    public async Task Scopes_OfARouteThatIsNotKnown_AreAtMostAndNothingIsSuggested()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(3, GetLeads);
        key.LetIn(2, WhoAmI);
        key.LetIn(1, "GET /v0/gone");

        var forecast = await ForetellAsync(house, key, new Proposal { Scopes = [Scopes.LeadsRead] });

        forecast.Requests.ShouldBe(6);
        forecast.Scopes!.ShouldSatisfyAllConditions(
            s => s.Refused.ShouldBe(1),
            s => s.Exact.ShouldBeFalse(),
            s => s.Reason.ShouldBe(ForecastReason.RouteUnknown),
            s => s.ByRoute.ShouldBe([new RouteForecast("GET /v0/gone", Scope: null, 1)]),
            s => s.ByHour!.ShouldHaveSingleItem().Exact.ShouldBeFalse());
        (forecast.Suggestion.Scopes, forecast.Suggestion.ScopesReason).ShouldBe((null, ForecastReason.RouteUnknown));
        var known = await ForetellAsync(house, key, new Proposal { Scopes = [Scopes.LeadsWrite] });
        known.Scopes!.ByRoute.ShouldBe([new RouteForecast(GetLeads, Scopes.LeadsRead, 3), new RouteForecast("GET /v0/gone", Scope: null, 1)]);
    }

    [Fact]
    public async Task Limit_WhereOnlyHoursAreKept_IsTheMostThatTwoHoursCanHaveHeld()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        house.Clock.Advance(TimeSpan.FromMinutes(59));
        key.LetIn(100);
        house.Clock.Advance(TimeSpan.FromMinutes(60));
        key.LetIn(80);
        await house.Get<UsageWriter>().FlushAsync();
        var exact = await ForetellAsync(house, key, new Proposal { RateLimit = 120 });
        house.Clock.Advance(TimeSpan.FromDays(5));
        await house.Get<UsageSweeper>().SweepAsync();

        var bounded = await ForetellAsync(house, key, new Proposal { RateLimit = 120 });

        (exact.RateLimit!.Refused, exact.RateLimit.Exact).ShouldBe((60, true));
        (bounded.RateLimit!.Refused, bounded.RateLimit.Exact, bounded.RateLimit.Reason).ShouldBe((60, false, ForecastReason.BoundedByHours));
        (await ForetellAsync(house, key, new Proposal { RateLimit = 180 })).RateLimit.ShouldBe(SettingForecast.Nothing);
        (await ForetellAsync(house, key, new Proposal { RateLimit = 1000 })).RateLimit.ShouldBe(SettingForecast.Nothing, "the key's own limit has refused none of them");
        bounded.Suggestion.RateLimit.ShouldBe(180, "one and a half times the highest hour is 150, which may have refused 30");
        exact.Suggestion.RateLimit.ShouldBe(180);
    }

    [Fact]
    public async Task Limit_BelowAKeysOwnThatRefusedSome_StartsFromWhatWasGranted()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(10);
        for (var i = 0; i < 5; i++)
        {
            key.Counted(Verdict.RateLimited);
        }

        (await ForetellAsync(house, key, new Proposal { RateLimit = 7 })).RateLimit!.ShouldSatisfyAllConditions(l => l.Refused.ShouldBe(3), l => l.Exact.ShouldBeTrue());
        (await house.Keys.EditAsync(key.Id, new KeyEdit { RateLimit = 2000 }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();

        // The limit may have been raised within the minute: what was refused for it may have come first.
        (await ForetellAsync(house, key, new Proposal { RateLimit = 7 })).RateLimit!.ShouldSatisfyAllConditions(
            l => l.Refused.ShouldBe(8), l => l.Exact.ShouldBeFalse(), l => l.Reason.ShouldBe(ForecastReason.OrderUnknown));
        (await ForetellAsync(house, key, new Proposal { RateLimit = 15 })).RateLimit.ShouldBe(SettingForecast.Nothing);
    }

    [Fact]
    public async Task Limit_OverEveryVerdict_CountsThoseThatTakeFromTheHour()
    {
        await using var house = await OpenAsync();
        var counted = new List<Verdict>();
        foreach (var verdict in Enum.GetValues<Verdict>().Where(v => v != Verdict.LetIn))
        {
            var key = await UsedKey.MakeAsync(house);
            key.LetIn(10);
            key.Counted(verdict);
            key.Counted(verdict);

            var limit = (await ForetellAsync(house, key, new Proposal { RateLimit = 11 })).RateLimit!;

            if (limit.Refused > 0)
            {
                counted.Add(verdict);
            }
        }

        counted.Select(CountedAs.Of).ShouldBe(CountedAs.Granted.Where(granted => granted != CountedAs.Of(Verdict.LetIn)), ignoreOrder: true);
    }

    [Fact]
    public async Task Addresses_OfCallersThatAreNotAllOnRecord_AreUnknown()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(4, address: "198.51.100.4");
        await house.Get<UsageWriter>().FlushAsync();
        for (var i = 0; i < CallerTable.Most + 1; i++)
        {
            key.LetIn(address: $"203.0.113.{i + 1}");
        }

        var forecast = await ForetellAsync(house, key, new Proposal { AllowedIps = ["198.51.100.0/24"] });

        forecast.AllowedIps!.ShouldSatisfyAllConditions(
            a => a.Refused.ShouldBeNull(),
            a => a.Exact.ShouldBeFalse(),
            a => a.Reason.ShouldBe(ForecastReason.CallersForgotten),
            a => a.ByCaller!.Sum(caller => caller.Refused).ShouldBe(CallerTable.Most, "those that are on record are named"));
        (forecast.Suggestion.AllowedIps, forecast.Suggestion.AllowedIpsReason).ShouldBe((null, ForecastReason.CallersForgotten));
        (await ForetellAsync(house, key, new Proposal { AllowedIps = [] })).AllowedIps.ShouldBe(SettingForecast.Nothing);
    }

    [Fact]
    public async Task Addresses_AfterAPersonWasErased_AreUnknown()
    {
        await using var house = await OpenAsync(("Usage:RetentionDays", "100"));
        var key = await UsedKey.MakeAsync(house);
        house.Clock.Advance(TimeSpan.FromDays(150));
        key.LetIn(3, address: "203.0.113.9");
        key.LetIn(2, address: "198.51.100.4");
        await house.Get<UsageWriter>().FlushAsync();
        (await ForetellAsync(house, key, new Proposal { AllowedIps = ["198.51.100.4"] })).AllowedIps!.ShouldSatisfyAllConditions(a => a.Refused.ShouldBe(3), a => a.Exact.ShouldBeTrue());
        Guid maker;
        await using (var db = house.Database.Read(KeyHouse.Acme))
        {
            maker = await db.Set<Person>().Select(p => p.Id).SingleAsync();
        }

        (await house.Get<PersonErasure>().EraseAsync(maker, KeyHouse.Admin())).Done.ShouldBeTrue();

        var forecast = await ForetellAsync(house, key, new Proposal { AllowedIps = ["198.51.100.4"] });
        (forecast.AllowedIps!.Refused, forecast.AllowedIps.Reason).ShouldBe((null, ForecastReason.CallersForgotten));
        (await house.Get<UsageQuery>().CallersAsync(key.Id, KeyHouse.Auditor())).Value!.Forgotten.ShouldBe(1);
    }

    [Fact]
    public async Task Addresses_OfACallerFromBefore_AreAtMost()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(5, address: "198.51.100.4");
        house.Clock.Advance(TimeSpan.FromDays(3));
        key.LetIn(2, address: "198.51.100.4");
        key.LetIn(1, address: "203.0.113.4");
        await house.Get<UsageWriter>().FlushAsync();

        var older = await ForetellAsync(house, key, new Proposal { AllowedIps = ["192.0.2.1"], Days = 1 });
        (older.AllowedIps!.Refused, older.AllowedIps.Exact).ShouldBe((3, true), "all are refused, whoever sent how many");
        var some = await ForetellAsync(house, key, new Proposal { AllowedIps = ["203.0.113.4"], Days = 1 });
        (some.AllowedIps!.Refused, some.AllowedIps.Exact).ShouldBe((2, true), "the other caller's are known, and so are these");
        key.LetIn(2, address: "203.0.113.4");
        house.Clock.Advance(TimeSpan.FromDays(3));
        key.LetIn(1, address: "203.0.113.4");
        key.LetIn(1, address: "198.51.100.4");
        await house.Get<UsageWriter>().FlushAsync();

        var bounded = await ForetellAsync(house, key, new Proposal { AllowedIps = ["203.0.113.4"], Days = 1 });

        (bounded.AllowedIps!.Refused, bounded.AllowedIps.Exact).ShouldBe((1, true), "each has called at least once");
        key.LetIn(1, address: "203.0.113.4");
        await house.Get<UsageWriter>().FlushAsync();
        bounded = await ForetellAsync(house, key, new Proposal { AllowedIps = ["203.0.113.4"], Days = 1 });
        (bounded.AllowedIps!.Refused, bounded.AllowedIps.Exact, bounded.AllowedIps.Reason).ShouldBe((2, false, ForecastReason.CallersOlder));
        bounded.Suggestion.AllowedIps.ShouldBe(["198.51.100.4", "203.0.113.4"], "who called is known all the same");
    }

    [Fact]
    public async Task Suggestion_GroupsAddressesOnlyWhereMoreThanThreeShareABlock()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        foreach (var address in (string[])["198.51.100.1", "198.51.100.2", "198.51.100.3", "203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::ff:4", "2001:db8:0:1::1"])
        {
            key.LetIn(route: PostLead, address: address);
        }

        var least = (await ForetellAsync(house, key, new Proposal())).Suggestion;

        least.AllowedIps.ShouldBe(["198.51.100.1", "198.51.100.2", "198.51.100.3", "2001:db8:0:1::1", "2001:db8::/64", "203.0.113.0/24"], ignoreOrder: true);
        least.Scopes.ShouldBe([Scopes.LeadsWrite]);
        least.RateLimit.ShouldBe(18);
        for (var i = 0; i < 5; i++)
        {
            key.LetIn(route: PostLead, address: $"192.0.{i}.1");
        }

        (await ForetellAsync(house, key, new Proposal())).Suggestion.AllowedIpsReason.ShouldBe(ForecastReason.TooManyAddresses);
    }

    [Fact]
    public async Task Suggestion_OfUnknownAddressesAndNoScope_HasNeither()
    {
        await using var house = await OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        house.Get<UsageRecorder>().LetIn(key.Ring, house.Get<UsageRecorder>().RouteNumber(WhoAmI), house.Clock.GetUtcNow().ToUnixTimeMilliseconds(), address: null, agent: null);

        var forecast = await ForetellAsync(house, key, new Proposal { AllowedIps = ["0.0.0.0/0", "::/0"] });

        forecast.AllowedIps!.ByCaller!.ShouldHaveSingleItem().Address.ShouldBeNull();
        (forecast.AllowedIps.Refused, forecast.AllowedIps.Exact).ShouldBe((1, true), "an address that is not known is in no block");
        forecast.Suggestion.ShouldBe(new Suggestion(null, ForecastReason.NoScopeUsed, null, ForecastReason.AddressUnknown, 2, RateLimitReason: null));
    }

    private static async Task<Forecast> ForetellAsync(KeyHouse house, UsedKey key, Proposal proposal)
    {
        await house.Get<UsageWriter>().FlushAsync();
        return (await house.Get<ForecastQuery>().OfAsync(key.Id, proposal, KeyHouse.Auditor())).Value!;
    }

    private static async Task<KeyHouse> OpenAsync(params (string Key, string Value)[] settings)
    {
        var house = await KeyHouse.OpenAsync(settings: settings);
        var recorder = house.Get<UsageRecorder>();
        recorder.RouteNumber(GetLeads, Scopes.LeadsRead);
        recorder.RouteNumber(PostLead, Scopes.LeadsWrite);
        recorder.RouteNumber(WhoAmI, scope: null);
        return house;
    }
}

[OnPostgres]
public class ForecastOnPostgresTests : ForecastTests;
