using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class RotationTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Rotation_WatchedFromEitherKey_TellsItsStepsAndWhoStillCalls()
    {
        var old = await api.CreateAsync();
        (await api.WhoAmIAsync(old)).ShouldBe(200);
        (await api.SendAsync(Admin, "GET", Target(old) + "/rotation")).Status.ShouldBe(HttpStatusCode.NotFound);
        var until = api.Clock.GetUtcNow().AddHours(2);
        var successor = (await api.SendAsync(Admin, "POST", Target(old) + "/rotate", $$$"""{"overlap":{"until":"{{{until:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}}"}}""")).Data;

        var begun = await ShownAsync(successor);
        (State(begun), begun.GetProperty("held").GetBoolean(), begun.GetProperty("ends").GetDateTimeOffset().ToUnixTimeMilliseconds()).ShouldBe(("saved", false, until.ToUnixTimeMilliseconds()));
        begun.GetProperty("overlap").GetProperty("until").GetString().ShouldBe(begun.GetProperty("ends").GetString());
        begun.GetProperty("stragglers").GetArrayLength().ShouldBe(0, "before the rotation everybody called with it");
        (Id(begun.GetProperty("old_key")), Id(begun.GetProperty("new_key"))).ShouldBe((Id(old), Id(successor)));

        (await api.WhoAmIAsync(old)).ShouldBe(200);
        (await api.WhoAmIAsync(successor)).ShouldBe(200);
        var used = await ShownAsync(old);
        State(used).ShouldBe("in_use");
        var straggler = used.GetProperty("stragglers").EnumerateArray().ShouldHaveSingleItem();
        (straggler.GetProperty("address").GetString(), straggler.GetProperty("route").GetString(), straggler.GetProperty("count").GetInt32()).ShouldBe(("127.0.0.1", "GET /v1/whoami", 1));
        straggler.GetProperty("last_seen_at").ValueKind.ShouldBe(JsonValueKind.String);
        used.GetProperty("waits_for").EnumerateArray().Select(w => (w.GetProperty("by").GetString(), w.GetProperty("name").GetString())).ShouldContain(("route", "GET /v1/whoami"));

        api.Clock.Advance(TimeSpan.FromHours(2));
        await api.Dashboard.Services.GetRequiredService<RotationEnds>().EndDueAsync();
        (await api.WhoAmIAsync(old)).ShouldBe(401);
        (await api.WhoAmIAsync(successor)).ShouldBe(200);
        var ended = await ShownAsync(successor);
        (State(ended), ended.GetProperty("ends").ValueKind, ended.GetProperty("ended_at").ValueKind).ShouldBe(("ended", JsonValueKind.Null, JsonValueKind.String));
        (await api.SendAsync(Admin, "GET", Target(old))).Data.GetProperty("revoke_reason").GetString().ShouldBe("rotated");
    }

    [Fact]
    public async Task Overlap_ChangedHeldAndEnded_IsToldInEachAnswer()
    {
        var old = await api.CreateAsync();
        var successor = (await api.SendAsync(Admin, "POST", Target(old) + "/rotate", """{"overlap":{}}""")).Data;
        var begun = await ShownAsync(old);
        (begun.GetProperty("overlap").ValueKind, begun.GetProperty("ends").ValueKind).ShouldBe((JsonValueKind.Null, JsonValueKind.Null), "somebody ends it");

        var latest = $"{api.Clock.GetUtcNow().AddMinutes(5):yyyy-MM-dd'T'HH:mm:ss'Z'}";
        var changed = await api.SendAsync(Admin, "PATCH", Target(successor) + "/rotation", $$$"""{"overlap":{"quiet_cycles":3,"latest":"{{{latest}}}"}}""");
        changed.Status.ShouldBe(HttpStatusCode.OK, changed.Json.GetRawText());
        changed.Data.GetProperty("overlap").GetProperty("quiet_cycles").GetInt32().ShouldBe(3);
        (await api.WhoAmIAsync(old)).ShouldBe(200);
        api.Clock.Advance(TimeSpan.FromMinutes(5));
        await api.Dashboard.Services.GetRequiredService<RotationEnds>().EndDueAsync();
        var held = await ShownAsync(old);
        (State(held), held.GetProperty("held").GetBoolean(), held.GetProperty("stragglers").GetArrayLength()).ShouldBe(("held", true, 1));
        (await api.WhoAmIAsync(old)).ShouldBe(200);
        (await api.SendAsync(Admin, "GET", $"/v1/audit-entries?action=key.rotation_held&key_id={Id(old)}")).Data.GetArrayLength().ShouldBe(1);

        (await api.SendAsync(Admin, "PATCH", Target(old) + "/rotation", """{"overlap":null}""")).Data.GetProperty("held").GetBoolean().ShouldBeFalse("by hand again");
        var ended = await api.SendAsync(Admin, "POST", Target(successor) + "/rotation/end");
        (ended.Status, State(ended.Data)).ShouldBe((HttpStatusCode.OK, "ended"));
        (await api.WhoAmIAsync(old)).ShouldBe(401);
        (await api.SendAsync(Admin, "POST", Target(old) + "/rotation/end")).Status.ShouldBe(HttpStatusCode.OK);
        (await api.SendAsync(Admin, "PATCH", Target(old) + "/rotation", """{"overlap":null}""")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Straggler_ThatIsRefused_IsThereToo()
    {
        var old = await api.CreateAsync();
        await api.SendAsync(Admin, "POST", Target(old) + "/rotate");
        await api.SendAsync(Admin, "POST", Target(old) + "/pause");
        (await api.WhoAmIAsync(old)).ShouldBe(403);

        var rotation = await ShownAsync(old);
        rotation.GetProperty("stragglers").EnumerateArray().ShouldHaveSingleItem().GetProperty("count").GetInt32().ShouldBe(1);
        rotation.GetProperty("waits_for").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("GET /v1/whoami");
    }

    [Theory]
    [InlineData("""{"overlap":{"quiet_cycles":0}}""", "overlap.quiet_cycles")]
    [InlineData("""{"overlap":{"quiet_cycles":6}}""", "overlap.quiet_cycles")]
    [InlineData("""{"overlap":{"quiet_cycles":"2"}}""", "overlap.quiet_cycles")]
    [InlineData("""{"overlap":{"latest":"2999-01-01T00:00:00Z"}}""", "overlap.latest")]
    [InlineData("""{"overlap":{"until":"2020-01-01T00:00:00Z"}}""", "overlap.until")]
    [InlineData("""{"overlap":{"quite_cycles":2}}""", "overlap.quite_cycles")]
    [InlineData("""{"overlap":7}""", "overlap")]
    public async Task Overlap_ThatBreaksTheRules_IsNamedAndNothingIsMade(string body, string field)
    {
        var old = await api.CreateAsync();

        foreach (var (method, path) in ((string, string)[])[("POST", "/rotate"), ("PATCH", "/rotation")])
        {
            var reply = await api.SendAsync(Admin, method, Target(old) + path, body);
            reply.Status.ShouldBe(HttpStatusCode.BadRequest);
            reply.Json.GetProperty("error").GetProperty("details").EnumerateArray().ShouldContain(d => d.GetProperty("field").GetString() == field);
        }

        (await api.SendAsync(Admin, "GET", Target(old))).Data.GetProperty("rotated_to").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static string Target(JsonElement key) => "/v1/api-keys/" + Id(key);

    private static string Id(JsonElement key) => key.GetProperty("id").GetString()!;

    private static string State(JsonElement rotation) => rotation.GetProperty("state").GetString()!;

    private async Task<JsonElement> ShownAsync(JsonElement key)
    {
        (await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        var reply = await api.SendAsync("auditor@acme.test", "GET", Target(key) + "/rotation");
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Json.GetRawText());
        return reply.Data;
    }
}
