using System.Globalization;
using System.Text.Json;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

public class AuditEntriesTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";
    private const string Auditor = "auditor@acme.test";

    [Fact]
    public async Task Edit_IsOnRecordWithBeforeAndAfterAndWhoDidIt()
    {
        var key = await api.CreateAsync(Admin, """{"name":"before","notes":"kept"}""");

        var edit = await api.SendAsync(Admin, "PATCH", "/v1/api-keys/" + Id(key), """{"name":"after","rate_limit":7}""", headers: "User-Agent: script/1");

        var entry = (await api.SendAsync(Auditor, "GET", $"/v1/audit-entries?action=key.edited&key_id={Id(key)}")).Data.EnumerateArray().Single();
        entry.EnumerateObject().Select(p => p.Name).ShouldBe([
            "sequence", "id", "at", "action", "outcome", "actor_id", "actor", "address", "agent", "key_id", "request_id", "detail", "previous_hash", "hash",
        ]);
        entry.GetProperty("detail").GetRawText().ShouldBe("""{"before":{"name":"before","rate_limit":1000},"after":{"name":"after","rate_limit":7}}""");
        entry.GetProperty("actor").GetString().ShouldBe(Admin);
        entry.GetProperty("address").GetString().ShouldBe("127.0.0.1");
        entry.GetProperty("agent").GetString().ShouldBe("script/1");
        entry.GetProperty("outcome").GetString().ShouldBe("ok");
        entry.GetProperty("request_id").GetString().ShouldBe(edit.Meta.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Entries_WithoutAFilter_AreAllNewestFirstInPages()
    {
        string[] tenant = ["audit-pages"];
        for (var i = 0; i < 5; i++)
        {
            await api.CreateAsync("platform", $$"""{"name":"key {{i}}"}""", tenant);
        }

        var first = await ListAsync("?per_page=2", "platform", tenant);
        Sequences(first).ShouldBe([5, 4]);
        first.Meta.GetProperty("total").GetInt32().ShouldBe(5);
        first.Meta.GetProperty("total_pages").GetInt32().ShouldBe(3);
        Sequences(await ListAsync("?per_page=2&page=3", "platform", tenant)).ShouldBe([1]);
        Sequences(await ListAsync("?per_page=2&page=4", "platform", tenant)).ShouldBeEmpty();
        var entries = (await ListAsync("", "platform", tenant)).Data.EnumerateArray().ToList();
        entries[0].GetProperty("previous_hash").GetString().ShouldBe(entries[1].GetProperty("hash").GetString());
        entries[^1].GetProperty("previous_hash").GetString().ShouldBe(new string('0', 64));
        entries[0].GetProperty("actor").GetString().ShouldBe("service_role");
    }

    [Fact]
    public async Task Entries_WithAFilter_AreThoseThatMatch()
    {
        var start = api.Clock.GetUtcNow();
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        var mine = await api.CreateAsync();
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        var owners = await api.CreateAsync("owner@acme.test");
        await api.SendAsync("owner@acme.test", "POST", $"/v1/api-keys/{Id(mine)}/revoke");
        var between = Time(start.AddSeconds(90));

        (await FoundAsync($"?key_id={Id(mine)}")).ShouldBe(["key.revoked", "key.created"]);
        (await FoundAsync($"?key_id={Id(mine)}&actor={Admin}")).ShouldBe(["key.created"]);
        (await FoundAsync($"?key_id={Id(mine)}&actor=OWNER@acme.test")).ShouldBe(["key.revoked"]);
        (await FoundAsync($"?key_id={Id(mine)}&action=key.revoked")).ShouldBe(["key.revoked"]);
        (await FoundAsync($"?action=key.*&from={between}&actor=owner@acme.test")).ShouldBe(["key.revoked", "key.created"]);
        (await FoundAsync($"?from={Time(start)}&to={between}&key_id={Id(mine)}")).ShouldBe(["key.created"]);
        (await FoundAsync($"?from={between}&actor=owner@acme.test")).ShouldBe(["key.revoked", "key.created"]);
        (await FoundAsync($"?key_id={Id(owners)}&to={between}")).ShouldBeEmpty();
        (await FoundAsync("?actor=nobody@acme.test")).ShouldBeEmpty();
        (await FoundAsync("?actor=" + Guid.CreateVersion7())).ShouldBeEmpty();
        var actorId = (await ListAsync($"?key_id={Id(owners)}")).Data.EnumerateArray().Single().GetProperty("actor_id").GetString();
        (await FoundAsync($"?key_id={Id(mine)}&actor={actorId}")).ShouldBe(["key.revoked"]);
    }

    [Theory]
    [InlineData("action=key.stolen", "action must be one of key.created, key.edited,")]
    [InlineData("key_id=1", "key_id must be a UUID")]
    [InlineData("from=now", "from must be an RFC 3339 time")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from must not be after to")]
    [InlineData("actor=%00", "actor must not contain control characters")]
    [InlineData("page=-1", "page must be a whole number")]
    public async Task Entries_WithAFaultyQuery_NameTheFault(string query, string detail) => (await ListAsync("?" + query)).Details.Single().ShouldStartWith(detail);

    [Fact]
    public async Task Entries_OfAnotherTenant_AreNotSeen()
    {
        var key = await api.CreateAsync("admin@beta.test");

        (await FoundAsync($"?key_id={Id(key)}")).ShouldBeEmpty();
        (await FoundAsync("?actor=admin@beta.test")).ShouldBeEmpty();
        (await FoundAsync($"?key_id={Id(key)}", "admin@beta.test")).ShouldBe(["key.created"]);
        (await FoundAsync($"?key_id={Id(key)}", "platform", KeyHouse.Beta)).ShouldBe(["key.created"]);
    }

    [Fact]
    public async Task Verification_OfAWholeAndOfATamperedLog_TellsWhich()
    {
        string[] tenant = ["audit-verified"];
        for (var i = 0; i < 3; i++)
        {
            await api.CreateAsync("platform", tenant: tenant);
        }

        (await api.SendAsync("platform", "GET", "/v1/audit-entries/verification", tenant: tenant)).Data.GetRawText().ShouldBe("""{"whole":true,"entries":3,"first_bad":null,"first":1,"checked_from":1}""");
        await api.ExecuteAsync("UPDATE audit_entries SET At = At + 1 WHERE TenantId = 'audit-verified' AND Sequence = 2");
        (await api.SendAsync("platform", "GET", "/v1/audit-entries/verification", tenant: tenant)).Data.GetRawText().ShouldBe("""{"whole":false,"entries":1,"first_bad":2,"first":1,"checked_from":1}""");
        (await api.SendAsync("platform", "GET", "/v1/audit-entries/verification", tenant: ["never-seen"])).Data.GetRawText().ShouldBe("""{"whole":true,"entries":0,"first_bad":null,"first":1,"checked_from":1}""");
    }

    [Fact]
    public async Task Entry_OfAnErasedPerson_ShowsNobody()
    {
        string[] tenant = ["audit-erased"];
        await api.CreateAsync("platform", tenant: tenant);
        await api.ExecuteAsync("DELETE FROM audit_personal WHERE TenantId = 'audit-erased'");

        var entry = (await ListAsync("", "platform", tenant)).Data.EnumerateArray().Single();

        entry.GetProperty("actor").ValueKind.ShouldBe(JsonValueKind.Null);
        entry.GetProperty("address").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static string? Id(JsonElement key) => key.GetProperty("id").GetString();

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static IEnumerable<long> Sequences(Reply reply) => [.. reply.Data.EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64())];

    private Task<Reply> ListAsync(string query, string caller = Auditor, string[]? tenant = null) => api.SendAsync(caller, "GET", "/v1/audit-entries" + query, tenant: tenant);

    private async Task<IEnumerable<string?>> FoundAsync(string query, string caller = Auditor, params string[] tenant) =>
        [.. (await ListAsync(query, caller, tenant)).Data.EnumerateArray().Select(e => e.GetProperty("action").GetString())];
}
