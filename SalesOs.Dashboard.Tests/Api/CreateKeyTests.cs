using System.Net;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class CreateKeyTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Create_WithEveryField_AnswersThemAndBothValuesOnce()
    {
        var expiry = api.Clock.GetUtcNow().AddDays(7).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        var reply = await api.SendAsync(Admin, "POST", "/v1/api-keys", $$"""
            {"name":"  São Paulo ","scopes":["leads:read","default:sync"],"rate_limit":5,"expires_at":"{{expiry}}",
             "allowed_ips":["203.0.113.0/24","2001:db8::1"],"environment":"test","single_use":false,"notes":"a\nb"}
            """);

        reply.Status.ShouldBe(HttpStatusCode.Created);
        var key = reply.Data;
        CredentialFormat.IsApiKey(key.GetProperty("api_key").GetString()).ShouldBeTrue();
        key.GetProperty("api_key_secret").GetString()!.ShouldStartWith("salesos_secret_test_");
        reply.Headers.Location!.ToString().ShouldBe("/v1/api-keys/" + key.GetProperty("id").GetString());
        var shown = (await api.SendAsync(Admin, "GET", reply.Headers.Location!.ToString())).Data;
        shown.EnumerateObject().Select(p => p.Name).ShouldBe([
            "id", "name", "key_prefix", "key_last4", "environment", "scopes", "rate_limit", "allowed_ips", "single_use", "status", "expires_at", "created_at",
            "created_by", "revoked_at", "revoked_by", "revoke_reason", "paused_at", "paused_by", "paused_until", "then", "pause_reason", "pause_answer", "rotated_from",
            "rotated_to", "notes", "last_used_at", "last_used_ip", "last_used_agent", "usage_count", "marks", "owner", "owner_id", "without_owner",
        ]);
        foreach (var field in shown.EnumerateObject())
        {
            key.GetProperty(field.Name).GetRawText().ShouldBe(field.Value.GetRawText(), field.Name);
        }

        shown.GetProperty("name").GetString().ShouldBe("São Paulo");
        shown.GetProperty("scopes").GetRawText().ShouldBe("""["default:sync","leads:read"]""");
        shown.GetProperty("expires_at").GetString().ShouldBe(expiry[..^1] + ".000Z");
        shown.GetProperty("created_by").GetString().ShouldBe(Admin);
        shown.GetProperty("notes").GetString().ShouldBe("a\nb");
    }

    [Fact]
    public async Task Create_WithANameAlone_TakesTheDefaults()
    {
        var key = await api.CreateAsync();

        key.GetProperty("scopes").GetArrayLength().ShouldBe(0);
        key.GetProperty("rate_limit").GetInt32().ShouldBe(1000);
        key.GetProperty("environment").GetString().ShouldBe("live");
        key.GetProperty("single_use").GetBoolean().ShouldBeTrue();
        key.GetProperty("status").GetString().ShouldBe("active");
        key.GetProperty("expires_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("{}", "name is required")]
    [InlineData("""{"name":null}""", "name is required")]
    [InlineData("""{"name":"   "}""", "name is required")]
    [InlineData("""{"name":7}""", "name must be a string")]
    [InlineData("""{"name":"a\u0000b"}""", "name must not contain control characters")]
    [InlineData("""{"name":"x","colour":"red"}""", "colour is not a known field")]
    [InlineData("""{"name":"x","Name":"y"}""", "Name is not a known field")]
    [InlineData("""{"name":"x","api_key_secret":"mine"}""", "api_key_secret is not a known field")]
    [InlineData("""{"name":"x","name":"y"}""", "name appears more than once in one object")]
    [InlineData("""{"name":"x","rate_limit":0}""", "rate_limit must be a whole number from 1 to 1000000")]
    [InlineData("""{"name":"x","rate_limit":1000001}""", "rate_limit must be a whole number from 1 to 1000000")]
    [InlineData("""{"name":"x","rate_limit":"5"}""", "rate_limit must be a whole number")]
    [InlineData("""{"name":"x","rate_limit":1.5}""", "rate_limit must be a whole number")]
    [InlineData("""{"name":"x","rate_limit":1e400}""", "rate_limit must be a whole number")]
    [InlineData("""{"name":"x","rate_limit":null}""", "rate_limit must not be null")]
    [InlineData("""{"name":"x","scopes":"leads:read"}""", "scopes must be an array")]
    [InlineData("""{"name":"x","scopes":[null]}""", "scopes[0] must not be null")]
    [InlineData("""{"name":"x","scopes":["*"]}""", "scopes '*' is not a known scope; known are default:sync, leads:read, leads:write")]
    [InlineData("""{"name":"x","environment":"prod"}""", "environment must be one of live, test")]
    [InlineData("""{"name":"x","environment":0}""", "environment must be one of live, test")]
    [InlineData("""{"name":"x","single_use":"true"}""", "single_use must be true or false")]
    [InlineData("""{"name":"x","expires_in_days":0}""", "expires_in_days must be a whole number from 1 to 3650")]
    [InlineData("""{"name":"x","expires_in_days":3651}""", "expires_in_days must be a whole number from 1 to 3650")]
    [InlineData("""{"name":"x","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at must be in the future")]
    [InlineData("""{"name":"x","expires_at":"9999-12-31T23:59:59Z"}""", "expires_at must be within 3650 days")]
    [InlineData("""{"name":"x","expires_at":"tomorrow"}""", "expires_at must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z")]
    [InlineData("""{"name":"x","allowed_ips":["10.0.0.1/8"]}""", "allowed_ips '10.0.0.1/8' is not an address or a CIDR block such as 203.0.113.7 or 203.0.113.0/24")]
    [InlineData("""{"name":"x","tenant_id":7}""", "tenant_id must be a string")]
    public async Task Create_WithAFaultyField_NamesIt(string body, string detail) => (await api.SendAsync(Admin, "POST", "/v1/api-keys", body)).ShouldBeInvalid(detail);

    [Fact]
    public async Task Create_WithSeveralFaults_NamesThemAll() =>
        (await api.SendAsync(Admin, "POST", "/v1/api-keys", """{"name":"","rate_limit":0,"environment":"x","colour":1}""")).Details
            .Select(d => d.Split(' ')[0]).ShouldBe(["environment", "colour", "name", "rate_limit"], ignoreOrder: true);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"name\":\"x\"")]
    [InlineData("{\"name\":\"x\"}}")]
    [InlineData("{\"name\":\"x\",}")]
    [InlineData("{'name':'x'}")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    public async Task Create_WithoutAJsonObject_Is400(string body)
    {
        var reply = await api.SendAsync(Admin, "POST", "/v1/api-keys", body);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        reply.Code.ShouldBe("VALIDATION_ERROR");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Create_WithAnotherType_Is415(string contentType) =>
        (await api.SendAsync(Admin, "POST", "/v1/api-keys", """{"name":"x"}""", contentType: contentType)).Code.ShouldBe("UNSUPPORTED_MEDIA_TYPE");

    [Fact]
    public async Task Create_WithMoreThanAMebibyte_Is413()
    {
        var reply = await api.SendAsync(Admin, "POST", "/v1/api-keys", $$"""{"name":"{{new string('x', 1_048_576)}}"}""");

        reply.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        reply.Code.ShouldBe("PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task Create_BeyondTheTenantsMost_Is409()
    {
        await using var small = new ManagementApi { Settings = ["--ApiKeys:MaxPerTenant=1"] };
        await small.InitializeAsync();
        await small.CreateAsync();

        var reply = await small.SendAsync(Admin, "POST", "/v1/api-keys", """{"name":"one too many"}""");

        reply.Status.ShouldBe(HttpStatusCode.Conflict);
        reply.Code.ShouldBe("CONFLICT");
        await small.CreateAsync("admin@beta.test");
    }
}
