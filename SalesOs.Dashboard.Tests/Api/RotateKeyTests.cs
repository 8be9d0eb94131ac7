using System.Net;
using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class RotateKeyTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Rotate_OfAnActiveKey_MakesASuccessorWithItsSettingsAndLeavesItWorking()
    {
        var old = await api.CreateAsync(Admin, """
            {"name":"ERP","notes":"n","scopes":["leads:read"],"rate_limit":9,"allowed_ips":["127.0.0.1"],"environment":"test","single_use":false,"expires_in_days":30}
            """);
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(1));

        var reply = await api.SendAsync("owner@acme.test", "POST", Target(old) + "/rotate");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Json.GetRawText());
        var successor = reply.Data;
        reply.Headers.Location!.ToString().ShouldBe(Target(successor));
        foreach (var field in new[] { "name", "notes", "scopes", "rate_limit", "allowed_ips", "environment", "single_use", "expires_at", "status" })
        {
            successor.GetProperty(field).GetRawText().ShouldBe(old.GetProperty(field).GetRawText(), field);
        }

        foreach (var field in new[] { "id", "api_key", "api_key_secret", "key_prefix" })
        {
            (successor.GetProperty(field).GetString() == old.GetProperty(field).GetString()).ShouldBeFalse(field);
        }

        successor.GetProperty("created_by").GetString().ShouldBe("owner@acme.test");
        Id(successor, "rotated_from").ShouldBe(Id(old));
        var shown = await api.SendAsync(Admin, "GET", Target(old));
        Id(shown.Data, "rotated_to").ShouldBe(Id(successor));
        shown.Data.GetProperty("status").GetString().ShouldBe("active");
        shown.Headers.ETag!.ToString().ShouldBe("\"1\"");
        (await api.WhoAmIAsync(old)).ShouldBe(200);
        (await api.WhoAmIAsync(successor)).ShouldBe(200);

        await api.SendAsync(Admin, "POST", Target(old) + "/revoke");
        (await api.WhoAmIAsync(old)).ShouldBe(401);
        (await api.WhoAmIAsync(successor)).ShouldBe(200);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Relatives_Deleted_AreNamedNoMoreInAnyAnswer(bool deletePredecessor, bool deleteSuccessor)
    {
        string[] tenant = ["relatives-" + Guid.NewGuid().ToString("N")];
        var first = await api.CreateAsync("platform", tenant: tenant);
        var second = (await api.SendAsync("platform", "POST", Target(first) + "/rotate", tenant: tenant)).Data;
        var third = (await api.SendAsync("platform", "POST", Target(second) + "/rotate", tenant: tenant)).Data;
        foreach (var key in new[] { deletePredecessor ? first : default, deleteSuccessor ? third : default }.Where(key => key.ValueKind == JsonValueKind.Object))
        {
            (await api.SendAsync("platform", "DELETE", Target(key), tenant: tenant)).Status.ShouldBe(HttpStatusCode.NoContent);
        }

        var list = await api.SendAsync("platform", "GET", "/v1/api-keys", tenant: tenant);
        JsonElement[] answers =
        [
            (await api.SendAsync("platform", "GET", Target(second), tenant: tenant)).Data,
            (await api.SendAsync("platform", "PATCH", Target(second), """{"name":"edited"}""", tenant)).Data,
            list.Data.EnumerateArray().Single(k => Id(k) == Id(second)),
        ];
        foreach (var answer in answers)
        {
            answer.GetProperty("rotated_from").GetString().ShouldBe(deletePredecessor ? null : Id(first));
            answer.GetProperty("rotated_to").GetString().ShouldBe(deleteSuccessor ? null : Id(third));
        }
    }

    [Fact]
    public async Task Rotate_OfARevokedKey_Is409AndMakesNone()
    {
        string[] tenant = ["rotate-revoked"];
        var key = await api.CreateAsync("platform", tenant: tenant);
        await api.SendAsync("platform", "POST", Target(key) + "/revoke", tenant: tenant);

        (await api.SendAsync("platform", "POST", Target(key) + "/rotate", "{}", tenant)).Code.ShouldBe("CONFLICT");

        (await api.SendAsync("platform", "GET", "/v1/api-keys", tenant: tenant)).Meta.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Rotate_OfAnExpiredKey_Is409()
    {
        string[] tenant = ["rotate-expired"];
        var key = await api.CreateAsync("platform", """{"name":"x","expires_in_days":1}""", tenant);
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(1));

        (await api.SendAsync("platform", "POST", Target(key) + "/rotate", tenant: tenant)).Code.ShouldBe("CONFLICT");
    }

    [Fact]
    public async Task Rotate_Twice_NamesTheLatestSuccessor()
    {
        var key = await api.CreateAsync();
        var first = (await api.SendAsync(Admin, "POST", Target(key) + "/rotate")).Data;
        var second = (await api.SendAsync(Admin, "POST", Target(key) + "/rotate")).Data;

        Id((await api.SendAsync(Admin, "GET", Target(key))).Data, "rotated_to").ShouldBe(Id(second));
        Id(first, "rotated_from").ShouldBe(Id(key));
        Id(second, "rotated_from").ShouldBe(Id(key));
    }

    [Fact]
    public async Task Rotate_IsOnRecordForBothKeys()
    {
        var old = await api.CreateAsync();
        var reply = await api.SendAsync(Admin, "POST", Target(old) + "/rotate");

        var rotated = (await api.SendAsync(Admin, "GET", $"/v1/audit-entries?action=key.rotated&key_id={Id(old)}")).Data.EnumerateArray().Single();
        Id(rotated.GetProperty("detail"), "rotated_to").ShouldBe(Id(reply.Data));
        var created = (await api.SendAsync(Admin, "GET", $"/v1/audit-entries?key_id={Id(reply.Data)}")).Data.EnumerateArray().Single();
        Id(created.GetProperty("detail"), "rotated_from").ShouldBe(Id(old));
        created.GetProperty("request_id").GetString().ShouldBe(reply.Meta.GetProperty("request_id").GetString());
        created.GetRawText().ShouldNotContain(reply.Data.GetProperty("api_key_secret").GetString()!);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "name is not a known field")]
    [InlineData("""{"tenant_id":1}""", "tenant_id must be a string")]
    public async Task Rotate_WithAFaultyBody_NamesTheFault(string body, string detail) =>
        (await api.SendAsync(Admin, "POST", Target(await api.CreateAsync()) + "/rotate", body)).ShouldBeInvalid(detail);

    [Fact]
    public async Task Rotate_BeyondTheTenantsMost_Is409()
    {
        await using var small = new ManagementApi { Settings = ["--ApiKeys:MaxPerTenant=1"] };
        await small.InitializeAsync();
        var key = await small.CreateAsync();

        (await small.SendAsync(Admin, "POST", Target(key) + "/rotate")).Code.ShouldBe("CONFLICT");
        (await small.SendAsync(Admin, "GET", Target(key))).Data.GetProperty("rotated_to").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static string Target(JsonElement key) => "/v1/api-keys/" + Id(key);

    private static string? Id(JsonElement key, string name = "id") => key.GetProperty(name).GetString();
}
