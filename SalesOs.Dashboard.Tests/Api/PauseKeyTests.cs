using System.Net;
using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class PauseKeyTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task PauseAndResume_ActAtOnceAndTellOfThePause()
    {
        var key = await api.CreateAsync();
        var until = api.Clock.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

        var reply = await api.SendAsync(Admin, "POST", Of(key, "pause"), $$"""{"until":"{{until}}","then":"revoke","reason":" odd calls ","answer":"unauthorized"}""");

        reply.Status.ShouldBe(HttpStatusCode.OK);
        (await api.WhoAmIAsync(key)).ShouldBe(401);
        Told(reply.Data).ShouldBe(("paused", Admin, until, "revoke", "odd calls", "unauthorized"));
        reply.Data.GetProperty("paused_at").GetString().ShouldNotBeNull();
        Told((await api.SendAsync(Admin, "POST", Of(key, "pause"))).Data).ShouldBe(("paused", Admin, null, null, "odd calls", "unauthorized"), "the end alone is changed");
        (await api.SendAsync(Admin, "GET", "/v1/api-keys?status=paused")).Json.GetProperty("data").EnumerateArray().ShouldContain(k => Id(k) == Id(key));
        (await api.SendAsync(Admin, "GET", "/v1/api-keys/totals")).Data.GetProperty("paused").GetInt32().ShouldBe(1);

        var resumed = await api.SendAsync(Admin, "POST", Of(key, "resume"));
        Told(resumed.Data).ShouldBe(("active", null, null, null, null, null));
        (await api.WhoAmIAsync(key)).ShouldBe(200);
    }

    [Fact]
    public async Task PauseAndResume_OfAnOldVersion_Are412_AndOfARevokedKey409()
    {
        var key = await api.CreateAsync();
        (await api.SendAsync(Admin, "POST", Of(key, "pause"), headers: "If-Match: \"7\"")).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        var paused = await api.SendAsync(Admin, "POST", Of(key, "pause"), headers: "If-Match: \"1\"");
        paused.Status.ShouldBe(HttpStatusCode.OK);
        (await api.SendAsync(Admin, "POST", Of(key, "resume"), headers: "If-Match: \"1\"")).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await api.SendAsync(Admin, "POST", $"/v1/api-keys/{Id(key)}/revoke")).Status.ShouldBe(HttpStatusCode.OK);

        foreach (var act in new[] { "pause", "resume" })
        {
            var refused = await api.SendAsync(Admin, "POST", Of(key, act));
            (refused.Status, refused.Json.GetProperty("error").GetProperty("code").GetString()).ShouldBe((HttpStatusCode.Conflict, "CONFLICT"));
        }
    }

    [Theory]
    [InlineData("""{"until":"2020-01-01T00:00:00Z"}""", "until must be in the future")]
    [InlineData("""{"until":"2999-01-01T00:00:00Z"}""", "until must be within 3650 days")]
    [InlineData("""{"then":"revoke"}""", "then needs until: a pause without an end has nothing after it")]
    [InlineData("""{"then":"delete"}""", "then must be one of resume, revoke")]
    [InlineData("""{"answer":"no"}""", "answer must be one of key_paused, unauthorized")]
    [InlineData("""{"reason":"a\nb"}""", "reason must not contain control characters")]
    [InlineData("""{"why":"x"}""", "why is not a known field")]
    public async Task Pause_WithAFaultyBody_NamesTheFaultAndPausesNothing(string body, string detail)
    {
        var key = await api.CreateAsync();

        (await api.SendAsync(Admin, "POST", Of(key, "pause"), body)).ShouldBeInvalid(detail);

        (await api.WhoAmIAsync(key)).ShouldBe(200);
    }

    [Fact]
    public async Task BrownOuts_ArePlannedListedAndEnded()
    {
        var key = await api.CreateAsync();

        var planned = await api.SendAsync(Admin, "POST", Of(key, "brown-outs"), """{"minutes":15}""");

        planned.Status.ShouldBe(HttpStatusCode.Created);
        var one = planned.Data.GetProperty("brown_outs")[0];
        (one.GetProperty("status").GetString(), one.GetProperty("minutes").GetInt32(), one.GetProperty("created_by").GetString()).ShouldBe(("running", 15, Admin));
        (await api.WhoAmIAsync(key)).ShouldBe(403);
        (await api.SendAsync(Admin, "GET", $"/v1/api-keys/{Id(key)}")).Data.GetProperty("status").GetString().ShouldBe("paused");
        (await api.SendAsync("auditor@acme.test", "GET", Of(key, "brown-outs"))).Json.GetProperty("data")[0].GetProperty("id").GetString().ShouldBe(Id(one));

        (await api.SendAsync(Admin, "DELETE", Of(key, "brown-outs/" + Id(one)))).Status.ShouldBe(HttpStatusCode.NoContent);
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        (await api.SendAsync(Admin, "DELETE", Of(key, "brown-outs/" + Id(one)))).Status.ShouldBe(HttpStatusCode.NoContent, "one that is over stays as it is");
        (await api.SendAsync(Admin, "POST", Of(key, "brown-outs"), """{"minutes":6,"starts_at":["2020-01-01T00:00:00Z"]}""")).ShouldBeInvalid("minutes must be one of 5, 15, 60", "starts_at must not be in the past");
        (await api.SendAsync(Admin, "POST", Of(key, "brown-outs"), "{}")).ShouldBeInvalid("minutes must be one of 5, 15, 60");
    }

    private static (string? Status, string? By, string? Until, string? Then, string? Reason, string? Answer) Told(JsonElement key) => (
        key.GetProperty("status").GetString(), key.GetProperty("paused_by").GetString(), key.GetProperty("paused_until").GetString(),
        key.GetProperty("then").GetString(), key.GetProperty("pause_reason").GetString(), key.GetProperty("pause_answer").GetString());

    private static string? Id(JsonElement key) => key.GetProperty("id").GetString();

    private static string Of(JsonElement key, string act) => $"/v1/api-keys/{Id(key)}/{act}";
}
