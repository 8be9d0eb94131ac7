using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class ExcessMarkerTests
{
    private const string GetLeads = "GET /v1/leads";
    private const string PostLead = "POST /v1/leads";
    private const string WhoAmI = "GET /v1/whoami";

    [Fact]
    public async Task Excess_IsAScopeOrAFullAccessThatWasNotUsed_OfAKeyOldEnough()
    {
        await using var house = await OpenAsync();
        var keys = new Dictionary<string, UsedKey>(StringComparer.Ordinal)
        {
            ["both, one used"] = await UsedKey.ScopedAsync(house, Scopes.LeadsRead, Scopes.LeadsWrite),
            ["both used"] = await UsedKey.ScopedAsync(house, Scopes.LeadsRead, Scopes.LeadsWrite),
            ["full access, one used"] = await UsedKey.MakeAsync(house),
            ["full access, none used"] = await UsedKey.MakeAsync(house),
            ["never used"] = await UsedKey.ScopedAsync(house, Scopes.LeadsRead),
            ["unknown route"] = await UsedKey.MakeAsync(house),
        };
        house.Clock.Advance(TimeSpan.FromDays(29));
        keys["young"] = await UsedKey.ScopedAsync(house, Scopes.LeadsRead, Scopes.LeadsWrite);
        foreach (var (name, key) in keys.Where(key => key.Key != "never used"))
        {
            key.LetIn(route: name switch { "full access, none used" => WhoAmI, "unknown route" => "GET /v0/gone", _ => GetLeads });
        }

        keys["both used"].LetIn(route: PostLead);
        await house.Get<UsageWriter>().FlushAsync();

        (await MarkedAsync(house, keys)).ShouldBeEmpty("no key is 30 days old");
        house.Clock.Advance(TimeSpan.FromDays(1));
        (await MarkedAsync(house, keys)).ShouldBe(["both, one used", "full access, none used", "full access, one used"]);
        (await house.Get<KeyOverview>().TotalsAsync(KeyHouse.Auditor())).Value!.Excess.ShouldBe(3);
        (await house.Keys.GetAsync(keys["both, one used"].Id, KeyHouse.Auditor())).Value!.ShouldSatisfyAllConditions(
            k => k.MarksAt(house.Clock.GetUtcNow()).ShouldBe([KeyMark.Excess]), k => k.Version.ShouldBe(1, "a mark is no edit"));
        keys["both, one used"].LetIn(route: PostLead);
        await house.Get<UsageWriter>().FlushAsync();
        (await MarkedAsync(house, keys)).ShouldBe(["full access, none used", "full access, one used"]);
        house.Clock.Advance(TimeSpan.FromDays(91));
        (await MarkedAsync(house, keys)).ShouldBeEmpty("none was used in 90 days");
    }

    [Fact]
    public async Task Excess_OfAKeyWhoseScopesAreChanged_GoesAtOnceAndIsJudgedAfter30Days()
    {
        await using var house = await OpenAsync();
        var keys = new Dictionary<string, UsedKey>(StringComparer.Ordinal) { ["edited"] = await UsedKey.MakeAsync(house) };
        house.Clock.Advance(TimeSpan.FromDays(40));
        keys["edited"].LetIn(route: GetLeads);
        await house.Get<UsageWriter>().FlushAsync();
        (await MarkedAsync(house, keys)).ShouldBe(["edited"]);

        await house.Keys.EditAsync(keys["edited"].Id, new KeyEdit { Scopes = new(true, [Scopes.LeadsRead, Scopes.LeadsWrite]) }, ifVersion: null, KeyHouse.Admin());

        (await house.Keys.GetAsync(keys["edited"].Id, KeyHouse.Admin())).Value!.IsExcess.ShouldBeFalse();
        (await MarkedAsync(house, keys)).ShouldBeEmpty("nobody can have needed them yet");
        house.Clock.Advance(TimeSpan.FromDays(30));
        (await MarkedAsync(house, keys)).ShouldBe(["edited"]);
        await house.Keys.EditAsync(keys["edited"].Id, new KeyEdit { Name = "Another name" }, ifVersion: null, KeyHouse.Admin());
        (await house.Keys.GetAsync(keys["edited"].Id, KeyHouse.Admin())).Value!.IsExcess.ShouldBeTrue("a name is no scope");
        await house.Keys.RevokeAsync(keys["edited"].Id, reason: null, KeyHouse.Admin());
        (await house.Keys.ListAsync(new KeyQuery(Mark: KeyMark.Excess), KeyHouse.Admin())).Value!.Total.ShouldBe(0);
    }

    [Fact]
    public async Task Excess_WhereUsageIsKeptForLessThan90Days_IsNotKnown()
    {
        await using var house = await OpenAsync(("Usage:RetentionDays", "89"));
        var keys = new Dictionary<string, UsedKey>(StringComparer.Ordinal) { ["used"] = await UsedKey.MakeAsync(house) };
        house.Clock.Advance(TimeSpan.FromDays(40));
        keys["used"].LetIn(route: GetLeads);
        await house.Get<UsageWriter>().FlushAsync();

        (await MarkedAsync(house, keys)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> MarkedAsync(KeyHouse house, Dictionary<string, UsedKey> keys)
    {
        await house.Get<ExcessMarker>().MarkAsync();
        var marked = (await house.Keys.ListAsync(new KeyQuery(Mark: KeyMark.Excess), KeyHouse.Admin())).Value!.Keys;
        marked.ShouldAllBe(key => key.Bears(KeyMark.Excess, house.Clock.GetUtcNow()));
        return [.. keys.Where(key => marked.Any(found => found.Id == key.Value.Id)).Select(key => key.Key).Order(StringComparer.Ordinal)];
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
public class ExcessMarkerOnPostgresTests : ExcessMarkerTests;
