using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class PolicyApiTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Nothing = """{"level":"off","value":null,"from":null}""";

    [Fact]
    public async Task Policy_ReadForetoldAndSet_HasTheShapeOfTheContract()
    {
        string[] tenant = ["policy-a"];
        var old = await api.CreateAsync("platform", """{"name":"old"}""", tenant);
        var none = await SendAsync("GET", "/v1/policy");
        none.Headers.ETag!.Tag.ShouldBe("\"0\"");
        none.Data.GetRawText().ShouldBe($$"""{"max_lifetime_days":{{Nothing}},"scopes_required":{{Nothing}},"allowed_ips_required":{{Nothing}},"max_rate_limit":{{Nothing}},"single_use_required":{{Nothing}},"max_unused_days":{{Nothing}},"second_person":[]}""");

        var from = Time(api.Clock.GetUtcNow().AddDays(40));
        var policy = $$$"""{"scopes_required":{"level":"require","from":"{{{from}}}"},"max_rate_limit":{"level":"warn","value":500}}""";
        var forecast = (await SendAsync("POST", "/v1/policy/forecast", policy)).Data;
        (forecast.GetProperty("keys").GetInt32(), forecast.GetProperty("comply").GetInt32(), forecast.GetProperty("in_use").GetInt32(), forecast.GetProperty("until").GetString()).ShouldBe((1, 0, 0, from));
        var affected = forecast.GetProperty("affected").EnumerateArray().ShouldHaveSingleItem();
        (affected.GetProperty("id").GetString(), affected.GetProperty("effect").GetString(), affected.GetProperty("until").GetString()).ShouldBe((old.GetProperty("id").GetString(), "pause", from));
        affected.GetProperty("rules").EnumerateArray().Select(r => r.GetString()).ShouldBe(["scopes_required", "max_rate_limit"]);

        (await SendAsync("PUT", "/v1/policy", policy, "If-Match: \"7\"")).Code.ShouldBe("PRECONDITION_FAILED");
        var set = await SendAsync("PUT", "/v1/policy", policy, "If-Match: \"0\"");
        (set.Status, set.Headers.ETag!.Tag, set.Data.GetProperty("scopes_required").GetProperty("from").GetString()).ShouldBe((HttpStatusCode.OK, "\"1\"", from));
        (await SendAsync("GET", "/v1/policy")).Data.GetRawText().ShouldBe(set.Data.GetRawText());
        (await SendAsync("PUT", "/v1/policy", set.Data.GetRawText())).Headers.ETag!.Tag.ShouldBe("\"1\"", "what was read can be sent back");

        var refused = await SendAsync("POST", "/v1/api-keys", """{"name":"new"}""");
        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Conflict, "POLICY"));
        refused.Details.ShouldBe(["scopes_required needs at least one scope"]);
        (await SendAsync("GET", "/v1/api-keys?mark=out_of_policy")).Json.GetProperty("data").EnumerateArray().ShouldHaveSingleItem().GetProperty("marks").EnumerateArray().Select(m => m.GetString()).ShouldContain(m => m == "out_of_policy");

        (await SendAsync("PUT", "/v1/policy", """{"max_rate_limit":{"level":"require"},"max_unused_days":{"level":"warn","value":4000},"scopes_required":{"level":"warn","value":1,"from":"2030-01-01T00:00:00Z"}}""")).ShouldBeInvalid(
            "scopes_required.value must be left out: this rule has no bound", "scopes_required.from must be left out unless the level is require", "max_rate_limit.value is required at this level", "max_unused_days.value must be a whole number from 1 to 3650");
        (await SendAsync("PUT", "/v1/policy", """{"scopes_required":{"level":"perhaps"}}""")).ShouldBeInvalid("scopes_required.level has the wrong form");

        Task<Reply> SendAsync(string method, string target, string? body = null, params string[] headers) => api.SendAsync("platform", method, target, body, tenant, headers: headers);
    }

    [Fact]
    public async Task Key_PausedOnTheDate_IsRefusedAtTheGateAndResumedOnlyWhenItComplies()
    {
        string[] tenant = ["policy-b"];
        var key = await api.CreateAsync("platform", """{"name":"old"}""", tenant);
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        var from = Time(api.Clock.GetUtcNow().AddDays(1));
        await SendAsync("PUT", "/v1/policy", $$$"""{"scopes_required":{"level":"require","from":"{{{from}}}"}}""");
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(1));
        await api.Dashboard.Services.GetRequiredService<PolicyEnforcer>().EnforceAsync();
        (await api.WhoAmIAsync(key)).ShouldBe(403);
        var target = $"/v1/api-keys/{key.GetProperty("id").GetString()}";
        (await SendAsync("POST", target + "/resume")).Code.ShouldBe("POLICY");
        (await SendAsync("PATCH", target, """{"scopes":["leads:read"]}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync("POST", target + "/resume")).Status.ShouldBe(HttpStatusCode.OK);
        (await api.WhoAmIAsync(key)).ShouldBe(200);

        Task<Reply> SendAsync(string method, string target, string? body = null) => api.SendAsync("platform", method, target, body, tenant);
    }

    [Fact]
    public async Task Act_ThatWaits_IsAskedForApprovedAndDone()
    {
        var made = await api.CreateAsync();
        (await api.SendAsync("admin@acme.test", "PUT", "/v1/policy", """{"second_person":["create_unrestricted","delete"]}""")).Status.ShouldBe(HttpStatusCode.OK);
        var asked = await api.SendAsync("admin@acme.test", "DELETE", $"/v1/api-keys/{made.GetProperty("id").GetString()}", headers: "Approval-Reason: not used any more");
        (asked.Status, asked.Code).ShouldBe((HttpStatusCode.Conflict, "APPROVAL_REQUIRED"));
        var id = asked.Details.ShouldHaveSingleItem().Split(' ')[1];
        var listed = (await api.SendAsync("auditor@acme.test", "GET", "/v1/approvals?open=true")).Json.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        (listed.GetProperty("id").GetString(), listed.GetProperty("act").GetString(), listed.GetProperty("state").GetString(), listed.GetProperty("reason").GetString(), listed.GetProperty("detail").GetProperty("name").GetString())
            .ShouldBe((id, "delete", "waiting", "not used any more", "ERP"));
        (await api.SendAsync("admin@acme.test", "POST", $"/v1/approvals/{id}/approve")).Status.ShouldBe(HttpStatusCode.Conflict, "nobody approves their own");
        (await api.SendAsync("platform", "POST", $"/v1/approvals/{id}/approve", tenant: [KeyHouse.Acme])).Status.ShouldBe(HttpStatusCode.Conflict);
        (await api.SendAsync("owner@acme.test", "POST", $"/v1/approvals/{id}/approve", """{"reason":"seen"}""")).Data.GetProperty("state").GetString().ShouldBe("done");
        (await api.SendAsync("admin@acme.test", "GET", $"/v1/api-keys/{made.GetProperty("id").GetString()}")).Status.ShouldBe(HttpStatusCode.NotFound);

        var creating = (await api.SendAsync("admin@acme.test", "POST", "/v1/api-keys", """{"name":"open"}""")).Details.ShouldHaveSingleItem().Split(' ')[1];
        (await api.SendAsync("owner@acme.test", "POST", $"/v1/approvals/{creating}/approve")).Data.GetProperty("state").GetString().ShouldBe("approved");
        (await api.SendAsync("owner@acme.test", "POST", "/v1/api-keys", """{"name":"open"}""")).Code.ShouldBe("APPROVAL_REQUIRED");
        var key = await api.SendAsync("admin@acme.test", "POST", "/v1/api-keys", """{"name":"open"}""");
        key.Status.ShouldBe(HttpStatusCode.Created);
        (await api.WhoAmIAsync(key.Data)).ShouldBe(200, "its asker has its secret");
        (await api.SendAsync("admin@acme.test", "POST", "/v1/api-keys", """{"name":"open"}""")).Code.ShouldBe("APPROVAL_REQUIRED", "once");
        var scoped = $"/v1/api-keys/{(await api.CreateAsync("admin@acme.test", """{"name":"scoped","scopes":["leads:read"]}""")).GetProperty("id").GetString()}";
        (await api.SendAsync("admin@acme.test", "PATCH", scoped, """{"scopes":null}""")).Code.ShouldBe("APPROVAL_REQUIRED");
        (await api.SendAsync("admin@acme.test", "PATCH", scoped, """{"scopes":[],"rate_limit":500}""")).ShouldBeInvalid("scopes must be lifted alone: another person has to approve it, and the rest of the edit would be lost");
        (await api.SendAsync("owner@acme.test", "POST", $"/v1/approvals/{Guid.CreateVersion7()}/decline")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string Time(DateTimeOffset at) => $"{at:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}";
}
