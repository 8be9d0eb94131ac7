using System.Net;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class ListKeysTests(ManagementApi api) : IClassFixture<ManagementApi>
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
    [InlineData("page=0", "page must be a whole number from 1 to 10000000")]
    [InlineData("page=-1", "page must be a whole number from 1 to 10000000")]
    [InlineData("page=99999999999", "page must be a whole number from 1 to 10000000")]
    [InlineData("per_page=101", "per_page must be a whole number from 1 to 100")]
    [InlineData("per_page=1&per_page=2", "per_page is given more than once")]
    [InlineData("sort=secret", "sort must be one of created_at, name, expires_at, last_used_at, usage_count")]
    [InlineData("status=Active", "status must be one of active, expired, revoked")]
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
