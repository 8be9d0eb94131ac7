using System.Net;
using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class EditKeyTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Edit_OfEverySetting_ChangesThemAndNothingElse()
    {
        var key = await api.CreateAsync(Admin, """{"name":"before","notes":"old","expires_in_days":5}""");

        var reply = await api.SendAsync(Admin, "PATCH", Target(key), """
            {"name":" after ","notes":null,"scopes":["leads:read"],"rate_limit":7,"allowed_ips":["127.0.0.1"],"expires_at":null,"single_use":false}
            """);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Json.GetRawText());
        var shown = await ShownAsync(key);
        reply.Data.GetRawText().ShouldBe(shown.GetRawText());
        shown.GetProperty("name").GetString().ShouldBe("after");
        shown.GetProperty("notes").ValueKind.ShouldBe(JsonValueKind.Null);
        shown.GetProperty("scopes").GetRawText().ShouldBe("""["leads:read"]""");
        shown.GetProperty("rate_limit").GetInt32().ShouldBe(7);
        shown.GetProperty("allowed_ips").GetRawText().ShouldBe("""["127.0.0.1"]""");
        shown.GetProperty("expires_at").ValueKind.ShouldBe(JsonValueKind.Null);
        shown.GetProperty("single_use").GetBoolean().ShouldBeFalse();
        shown.GetProperty("key_prefix").GetString().ShouldBe(key.GetProperty("key_prefix").GetString());
        shown.TryGetProperty("api_key_secret", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Edit_OfOneField_LeavesTheOthers()
    {
        var key = await api.CreateAsync(Admin, """{"name":"ERP","notes":"kept","scopes":["leads:write"],"rate_limit":9,"allowed_ips":["127.0.0.0/8"],"single_use":false,"expires_in_days":3}""");

        await api.SendAsync(Admin, "PATCH", Target(key), """{"name":"renamed"}""");

        var shown = await ShownAsync(key);
        shown.GetProperty("name").GetString().ShouldBe("renamed");
        foreach (var field in new[] { "notes", "scopes", "rate_limit", "allowed_ips", "single_use", "expires_at", "environment", "status" })
        {
            shown.GetProperty(field).GetRawText().ShouldBe(key.GetProperty(field).GetRawText(), field);
        }
    }

    [Fact]
    public async Task Edit_OfAddressesOrExpiry_ActsOnTheNextSignedRequest()
    {
        var key = await api.CreateAsync();
        (await api.WhoAmIAsync(key)).ShouldBe(200);

        await api.SendAsync(Admin, "PATCH", Target(key), """{"allowed_ips":["192.0.2.1"]}""");
        (await api.WhoAmIAsync(key)).ShouldBe(403);

        await api.SendAsync(Admin, "PATCH", Target(key), """{"allowed_ips":null,"expires_in_days":1}""");
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        (await ShownAsync(key)).GetProperty("expires_at").GetDateTimeOffset().ShouldBe(api.Clock.GetUtcNow().AddDays(1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Etag_RisesWithEditsThatChangeSomethingAlone()
    {
        var made = await api.SendAsync(Admin, "POST", "/v1/api-keys", """{"name":"ERP"}""");
        var key = made.Data;
        var first = TagOf(made);
        first.ShouldBe("\"1\"");

        (await api.WhoAmIAsync(key)).ShouldBe(200);
        TagOf(await api.SendAsync(Admin, "GET", Target(key))).ShouldBe(first);
        TagOf(await api.SendAsync(Admin, "PATCH", Target(key), "{}")).ShouldBe(first);
        TagOf(await api.SendAsync(Admin, "PATCH", Target(key), """{"name":"ERP"}""")).ShouldBe(first);
        var second = TagOf(await api.SendAsync(Admin, "PATCH", Target(key), """{"name":"CRM"}"""));
        (second == first).ShouldBeFalse();
        TagOf(await api.SendAsync(Admin, "GET", Target(key))).ShouldBe(second);
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"2\"", 412)]
    [InlineData("W/\"1\"", 200)]
    [InlineData("W/\"2\"", 412)]
    [InlineData("\"01\"", 412)]
    [InlineData("\"+1\"", 412)]
    [InlineData("\" 1\"", 412)]
    [InlineData("\"1 \"", 412)]
    [InlineData("\"abc\"", 412)]
    [InlineData("\"\"", 412)]
    [InlineData("\"99999999999999999999\"", 412)]
    [InlineData("1", 400)]
    [InlineData("\"1\", \"2\"", 200)]
    [InlineData("\"2\",\"1\"", 200)]
    [InlineData("\"7\" , W/\"1\", \"abc\"", 200)]
    [InlineData("\"2\", \"3\"", 412)]
    [InlineData("\"a, b\", \"1\"", 200)]
    [InlineData("\"2\",, \"1\"", 200)]
    [InlineData("*, \"1\"", 400)]
    [InlineData("\"1\", 2", 400)]
    [InlineData("\"1", 400)]
    public async Task IfMatch_ByItsTag_LetsTheEditThroughOrNot(string tag, int status)
    {
        var key = await api.CreateAsync();

        var reply = await api.SendAsync(Admin, "PATCH", Target(key), """{"name":"edited"}""", headers: "If-Match: " + tag);

        ((int)reply.Status).ShouldBe(status, reply.Json.GetRawText());
        (await ShownAsync(key)).GetProperty("name").GetString().ShouldBe(status == 200 ? "edited" : "ERP");
        if (status != 200)
        {
            reply.Code.ShouldBe(status == 412 ? "PRECONDITION_FAILED" : "VALIDATION_ERROR");
        }
    }

    [Fact]
    public async Task IfMatch_InSeveralHeaderLines_IsOneList()
    {
        var key = await api.CreateAsync();

        var reply = await api.SendAsync(Admin, "PATCH", Target(key), """{"name":"edited"}""", headers: ["If-Match: \"9\"", "If-Match: \"1\""]);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Json.GetRawText());
    }

    [Fact]
    public async Task IfMatch_OfTwoEditorsWithTheSameTag_LetsOneThrough()
    {
        var key = await api.CreateAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => api.SendAsync(Admin, "PATCH", Target(key), $$"""{"name":"editor {{i}}"}""", headers: "If-Match: \"1\"")));

        replies.Count(r => r.Status == HttpStatusCode.OK).ShouldBe(1);
        replies.Count(r => r.Status == HttpStatusCode.PreconditionFailed).ShouldBe(7);
    }

    [Theory]
    [InlineData("""{"name":null}""", "name is required")]
    [InlineData("""{"name":""}""", "name is required")]
    [InlineData("""{"name":7}""", "name must be a string")]
    [InlineData("""{"rate_limit":null}""", "rate_limit must not be null")]
    [InlineData("""{"rate_limit":0}""", "rate_limit must be a whole number from 1 to 1000000")]
    [InlineData("""{"scopes":["x"]}""", "scopes 'x' is not a known scope; known are default:sync, leads:read, leads:write")]
    [InlineData("""{"scopes":[null]}""", "scopes[0] must not be null")]
    [InlineData("""{"single_use":null}""", "single_use must not be null")]
    [InlineData("""{"environment":"test"}""", "environment is not a known field")]
    [InlineData("""{"status":"active"}""", "status is not a known field")]
    [InlineData("""{"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at must be in the future")]
    [InlineData("""{"expires_at":null,"expires_in_days":1}""", "expires_at give expires_in_days or expires_at, not both")]
    [InlineData("""{"expires_in_days":3651}""", "expires_in_days must be a whole number from 1 to 3650")]
    [InlineData("""{"expires_in_days":2147483647}""", "expires_in_days must be a whole number from 1 to 3650")]
    [InlineData("""{"allowed_ips":["nowhere"]}""", "allowed_ips 'nowhere' is not an address or a CIDR block such as 203.0.113.7 or 203.0.113.0/24")]
    public async Task Edit_WithAFault_NamesItAndChangesNothing(string body, string detail)
    {
        var key = await api.CreateAsync();
        var before = await ShownAsync(key);

        (await api.SendAsync(Admin, "PATCH", Target(key), body)).ShouldBeInvalid(detail);

        (await ShownAsync(key)).GetRawText().ShouldBe(before.GetRawText());
        TagOf(await api.SendAsync(Admin, "GET", Target(key))).ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Edit_OfARevokedKey_Is409()
    {
        var key = await api.CreateAsync();
        await api.SendAsync(Admin, "POST", Target(key) + "/revoke");

        (await api.SendAsync(Admin, "PATCH", Target(key), """{"name":"x"}""")).Code.ShouldBe("CONFLICT");
    }

    [Fact]
    public async Task Delete_TakesTheKeyAndItsUsageButNotItsEntries()
    {
        var key = await api.CreateAsync();
        (await api.WhoAmIAsync(key)).ShouldBe(200);

        var reply = await api.SendAsync(Admin, "DELETE", Target(key));

        reply.Status.ShouldBe(HttpStatusCode.NoContent);
        (await api.WhoAmIAsync(key)).ShouldBe(401);
        foreach (var target in new[] { "", "/usage", "/callers", "/rejections" })
        {
            (await api.SendAsync(Admin, "GET", Target(key) + target)).Code.ShouldBe("NOT_FOUND");
        }

        (await api.SendAsync(Admin, "DELETE", Target(key))).Code.ShouldBe("NOT_FOUND");
        var entries = await api.SendAsync(Admin, "GET", "/v1/audit-entries?key_id=" + key.GetProperty("id").GetString());
        entries.Data.EnumerateArray().Select(e => e.GetProperty("action").GetString()).ShouldBe(["key.deleted", "key.created"]);
    }

    private static string Target(JsonElement key) => "/v1/api-keys/" + key.GetProperty("id").GetString();

    private static string TagOf(SalesOs.Dashboard.Tests.Integration.Reply reply) => reply.Headers.ETag!.ToString();

    private async Task<JsonElement> ShownAsync(JsonElement key) => (await api.SendAsync(Admin, "GET", Target(key))).Data;
}
