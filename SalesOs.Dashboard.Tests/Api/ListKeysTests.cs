using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Tests.Integration;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Api;

public class ListKeysTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    [Fact]
    public async Task List_OfManyKeys_IsCutIntoPages()
    {
        string[] tenant = ["pages"];
        for (var i = 0; i < 7; i++)
        {
            await api.CreateAsync("platform", $$"""{"name":"key {{i}}"}""", tenant);
            api.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var last = await api.SendAsync("platform", "GET", "/v1/api-keys?page=3&per_page=3&sort=name", tenant: tenant);

        Names(last).ShouldBe(["key 6"]);
        last.Meta.GetProperty("total").GetInt32().ShouldBe(7);
        last.Meta.GetProperty("page").GetInt32().ShouldBe(3);
        last.Meta.GetProperty("per_page").GetInt32().ShouldBe(3);
        last.Meta.GetProperty("total_pages").GetInt32().ShouldBe(3);
        Names(await api.SendAsync("platform", "GET", "/v1/api-keys?page=4&per_page=3", tenant: tenant)).ShouldBeEmpty();
        Names(await api.SendAsync("platform", "GET", "/v1/api-keys?per_page=2", tenant: tenant)).ShouldBe(["key 6", "key 5"], "newest first when nothing is said");
        Names(await api.SendAsync("platform", "GET", "/v1/api-keys?per_page=2&sort=-name", tenant: tenant)).ShouldBe(["key 6", "key 5"]);
        Names(await api.SendAsync("platform", "GET", "/v1/api-keys?per_page=2&sort=created_at", tenant: tenant)).ShouldBe(["key 0", "key 1"]);
    }

    [Theory]
    [InlineData("search=%C3%89LAN", "Élan")]
    [InlineData("search=elan&environment=live", "")]
    [InlineData("status=revoked", "gone")]
    [InlineData("status=expired", "short")]
    [InlineData("status=active&sort=name", "all|Élan")]
    [InlineData("scope=leads:read", "Élan")]
    [InlineData("environment=test", "Élan")]
    [InlineData("search=a%25l", "")]
    [InlineData("search=a_l", "")]
    [InlineData("search='%3B%20DROP%20TABLE%20api_keys%3B--", "")]
    public async Task List_WithAFilter_ShowsWhatMatches(string query, string names)
    {
        string[] tenant = ["filters-" + Guid.NewGuid().ToString("N")];
        await api.CreateAsync("platform", """{"name":"all"}""", tenant);
        await api.CreateAsync("platform", """{"name":"Élan","scopes":["leads:read"],"environment":"test"}""", tenant);
        await api.CreateAsync("platform", """{"name":"short","expires_in_days":1}""", tenant);
        var gone = await api.CreateAsync("platform", """{"name":"gone"}""", tenant);
        await api.SendAsync("platform", "POST", $"/v1/api-keys/{gone.GetProperty("id").GetString()}/revoke", tenant: tenant);
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(1));

        Names(await api.SendAsync("platform", "GET", "/v1/api-keys?" + query, tenant: tenant)).ShouldBe(names.Split('|', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("full_access=true", "open")]
    [InlineData("full_access=false", "bound|late|used")]
    [InlineData("never_expires=true", "bound|open|used")]
    [InlineData("never_expires=false", "late")]
    [InlineData("any_address=true", "late|open|used")]
    [InlineData("any_address=false", "bound")]
    [InlineData("created_by=owner%40acme.test", "")]
    [InlineData("created_by=service_role", "bound|late|open|used")]
    [InlineData("used_since=NOW", "used")]
    [InlineData("used_since=LATER", "")]
    [InlineData("unused_since=NOW", "bound|late|open")]
    [InlineData("unused_since=LATER", "bound|late|open|used")]
    [InlineData("expires_before=LATER", "late")]
    [InlineData("expires_before=NOW", "")]
    [InlineData("full_access=true&any_address=true&never_expires=true&unused_since=NOW&status=active&search=op", "open")]
    [InlineData("full_access=true&any_address=false", "")]
    public async Task List_WithWhatAReviewerLooksFor_ShowsWhatMatches(string query, string names)
    {
        string[] tenant = ["traits-" + Guid.NewGuid().ToString("N")];
        await api.CreateAsync("platform", """{"name":"open"}""", tenant);
        await api.CreateAsync("platform", """{"name":"bound","scopes":["leads:read"],"allowed_ips":["192.0.2.1"]}""", tenant);
        await api.CreateAsync("platform", """{"name":"late","scopes":["leads:read"],"expires_in_days":2}""", tenant);
        var used = await api.CreateAsync("platform", """{"name":"used","scopes":["leads:read"]}""", tenant);
        var now = api.Clock.GetUtcNow();
        (await api.WhoAmIAsync(used)).ShouldBe(200);
        await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
        query = query.Replace("NOW", Text(now), StringComparison.Ordinal).Replace("LATER", Text(now.AddDays(3)), StringComparison.Ordinal);

        var list = await api.SendAsync("platform", "GET", "/v1/api-keys?sort=name&" + query, tenant: tenant);

        Names(list).ShouldBe(names.Split('|', StringSplitOptions.RemoveEmptyEntries));
        list.Meta.GetProperty("total").GetInt32().ShouldBe(names.Split('|', StringSplitOptions.RemoveEmptyEntries).Length);
        // The file has the same keys in the same order.
        var file = (await api.SendAsync("platform", "GET", "/v1/api-keys/export?sort=name&" + query, tenant: tenant)).File!;
        file.Split("\r\n").Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')[1]).ShouldBe(names.Split('|', StringSplitOptions.RemoveEmptyEntries));

        static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task List_MadeBy_TakesWhateverAPersonIsCalled()
    {
        var made = await api.CreateAsync("owner@acme.test", """{"name":"the owner's"}""");
        var id = (await api.SendAsync("admin@acme.test", "GET", $"/v1/audit-entries?key_id={made.GetProperty("id").GetString()}")).Data[0].GetProperty("actor_id").GetString();

        foreach (var called in new[] { "owner@acme.test", "OWNER%40ACME.TEST", id })
        {
            Names(await api.SendAsync("auditor@acme.test", "GET", "/v1/api-keys?created_by=" + called)).ShouldBe(["the owner's"], called);
        }

        Names(await api.SendAsync("admin@beta.test", "GET", "/v1/api-keys?created_by=" + id)).ShouldBeEmpty("a person is of one tenant");
    }

    [Fact]
    public async Task Key_OfTheList_TellsItsLatestUseAndItsMarks()
    {
        string[] tenant = ["marks"];
        var used = await api.CreateAsync("platform", """{"name":"a","expires_in_days":14}""", tenant);
        (await api.WhoAmIAsync(used)).ShouldBe(200);
        await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
        var gone = await api.CreateAsync("platform", """{"name":"b"}""", tenant);
        await api.SendAsync("platform", "POST", $"/v1/api-keys/{gone.GetProperty("id").GetString()}/revoke", tenant: tenant);
        await api.CreateAsync("platform", """{"name":"c"}""", tenant);

        var keys = (await api.SendAsync("platform", "GET", "/v1/api-keys?sort=name", tenant: tenant)).Data;

        keys.EnumerateArray().Select(k => string.Join(' ', k.GetProperty("marks").EnumerateArray())).ShouldBe(["expiring", "ended", "unused"]);
        keys[0].GetProperty("last_used_ip").GetString().ShouldBe("127.0.0.1");
        keys[1].GetProperty("last_used_ip").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        keys[1].GetProperty("last_used_agent").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await api.SendAsync("platform", "GET", "/v1/api-keys/totals", tenant: tenant)).Data.GetRawText().ShouldBe("""{"active":2,"expiring":1,"unused":1,"ended":1,"paused":0,"excess":0}""");
        (await api.SendAsync("platform", "GET", "/v1/api-keys/totals", tenant: ["never-seen"])).Data.GetRawText().ShouldBe("""{"active":0,"expiring":0,"unused":0,"ended":0,"paused":0,"excess":0}""");
    }

    [Theory]
    [InlineData("full_access=yes", "full_access must be one of true, false")]
    [InlineData("used_since=2026-11-22", "used_since must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z; write + as %2B")]
    [InlineData("page=0", "page must be a whole number from 1 to 10000000")]
    [InlineData("page=-1", "page must be a whole number from 1 to 10000000")]
    [InlineData("page=99999999999", "page must be a whole number from 1 to 10000000")]
    [InlineData("per_page=101", "per_page must be a whole number from 1 to 100")]
    [InlineData("per_page=1&per_page=2", "per_page is given more than once")]
    [InlineData("sort=secret", "sort must be one of created_at, name, expires_at, last_used_at, usage_count, owner")]
    [InlineData("status=Active", "status must be one of active, paused, expired, revoked")]
    [InlineData("environment=prod", "environment must be one of live, test")]
    [InlineData("scope=all", "scope 'all' is not a known scope; known are default:sync, leads:read, leads:write")]
    [InlineData("search=%00", "search must not contain control characters or broken UTF-8")]
    public async Task List_WithAFaultyQuery_NamesTheFault(string query, string detail) =>
        (await api.SendAsync("platform", "GET", "/v1/api-keys?" + query, tenant: ["any"])).ShouldBeInvalid(detail);

    private static IEnumerable<string?> Names(Reply reply)
    {
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Json.GetRawText());
        return [.. reply.Data.EnumerateArray().Select(k => k.GetProperty("name").GetString())];
    }
}
