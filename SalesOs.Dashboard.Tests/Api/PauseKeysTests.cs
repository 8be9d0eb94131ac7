using System.Net;
using System.Text.Json;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Several keys paused, or resumed, in one call.</summary>
public sealed class PauseKeysTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task PauseAndResume_OfSeveral_ActOnAllBeforeTheAnswerAndCountWhatIsLeftOut()
    {
        var keys = await MakeAsync(4);
        await api.SendAsync(Admin, "POST", $"/v1/api-keys/{Id(keys[2])}/revoke");
        await api.SendAsync(Admin, "POST", $"/v1/api-keys/{Id(keys[3])}/pause", """{"reason":"first"}""");
        List<string> ids = [.. keys.Select(Id), Id(keys[0])];

        var paused = await SendAsync("pause", new { ids, reason = " odd calls ", answer = "unauthorized" });

        paused.Status.ShouldBe(HttpStatusCode.OK, paused.Json.GetRawText());
        paused.Data.GetRawText().ShouldBe("""{"paused":3,"left_out":1}""");
        foreach (var key in keys)
        {
            (await api.WhoAmIAsync(key)).ShouldBe(401);
            var (status, reason) = await TellAsync(key);
            (status, reason).ShouldBe(Id(key) == Id(keys[2]) ? ("revoked", null) : ("paused", "odd calls"));
        }

        var entries = await api.SendAsync(Admin, "GET", $"/v1/audit-entries?action=key.paused&key_id={Id(keys[1])}");
        entries.Data.EnumerateArray().ShouldHaveSingleItem().GetProperty("request_id").GetString().ShouldBe(paused.Meta.GetProperty("request_id").GetString());

        await api.SendAsync(Admin, "POST", $"/v1/api-keys/{Id(keys[3])}/resume");
        (await SendAsync("resume", new { ids })).Data.GetRawText().ShouldBe("""{"resumed":2,"left_out":2}""");
        (await SendAsync("resume", new { ids })).Data.GetRawText().ShouldBe("""{"resumed":0,"left_out":4}""");
        foreach (var key in keys)
        {
            (await api.WhoAmIAsync(key)).ShouldBe(Id(key) == Id(keys[2]) ? 401 : 200);
        }
    }

    [Theory]
    [InlineData("pause", "paused")]
    [InlineData("resume", "resumed")]
    public async Task Act_WithAnIdThatIsAbsentOrForeign_ChangesNone(string act, string done)
    {
        var keys = await MakeAsync(2);
        await api.SendAsync(Admin, "POST", $"/v1/api-keys/{Id(keys[1])}/pause");
        var foreign = await api.CreateAsync("admin@beta.test");

        foreach (var other in new[] { Guid.CreateVersion7().ToString(), Id(foreign) })
        {
            var reply = await SendAsync(act, new { ids = keys.Select(Id).Append(other) });
            (reply.Code, reply.Message).ShouldBe(("NOT_FOUND", $"There is no API key with one of these ids. None was {done}."));
        }

        (await api.WhoAmIAsync(keys[0])).ShouldBe(200);
        (await api.WhoAmIAsync(keys[1])).ShouldBe(403);
        (await api.WhoAmIAsync(foreign)).ShouldBe(200);
    }

    [Fact]
    public async Task Pause_ThatThePolicyWouldNotLetEnd_LeavesOutWhatItKeepsPaused()
    {
        string[] tenant = ["pause-keys"];
        var (open, kept) = (await api.CreateAsync("platform", """{"name":"narrow","scopes":["leads:read"]}""", tenant), await api.CreateAsync("platform", tenant: tenant));
        var policy = $$$"""{"scopes_required":{"level":"require","from":"{{{Time(2)}}}"}}""";
        (await api.SendAsync("platform", "PUT", "/v1/policy", policy, tenant)).Status.ShouldBe(HttpStatusCode.OK);
        api.Clock.Advance(TimeSpan.FromSeconds(3));
        string[] ids = [Id(open), Id(kept)];

        (await ActAsync("pause", new { ids, until = Time(3600) })).ShouldBe("""{"paused":1,"left_out":1}""");
        (await ActAsync("pause", new { ids, until = Time(3600), then = "revoke" })).ShouldBe("""{"paused":2,"left_out":0}""");
        (await ActAsync("resume", new { ids })).ShouldBe("""{"resumed":1,"left_out":1}""");

        string Time(int seconds) => api.Clock.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        async Task<string> ActAsync(string act, object body) => (await api.SendAsync("platform", "POST", "/v1/api-keys/" + act, JsonSerializer.Serialize(body), tenant)).Data.GetRawText();
    }

    [Theory]
    [InlineData("pause", "{}", "ids is required")]
    [InlineData("pause", """{"ids":[],"then":"revoke"}""", "ids is required", "then needs until: a pause without an end has nothing after it")]
    [InlineData("pause", """{"ids":["x"]}""", "ids[0] must be a UUID", "ids is required")]
    [InlineData("pause", """{"ids":["0198a3c0-0000-7000-8000-000000000000"],"reason":"a\u0001"}""", "reason must not contain control characters")]
    [InlineData("resume", "{}", "ids is required")]
    [InlineData("resume", """{"ids":["0198a3c0-0000-7000-8000-000000000000"],"reason":"none"}""", "reason is not a known field")]
    public async Task Act_WithAFaultyBody_NamesTheFault(string act, string body, params string[] details) =>
        (await api.SendAsync(Admin, "POST", "/v1/api-keys/" + act, body)).ShouldBeInvalid(details);

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Act_OnMoreThanFiveHundred_Is400(string act) =>
        (await SendAsync(act, new { ids = Enumerable.Range(0, 501).Select(_ => Guid.NewGuid()) })).ShouldBeInvalid("ids must have at most 500 entries");

    private async Task<List<JsonElement>> MakeAsync(int count)
    {
        var keys = new List<JsonElement>();
        for (var i = 0; i < count; i++)
        {
            keys.Add(await api.CreateAsync());
        }

        return keys;
    }

    private async Task<(string? Status, string? Reason)> TellAsync(JsonElement key)
    {
        var told = (await api.SendAsync(Admin, "GET", $"/v1/api-keys/{Id(key)}")).Data;
        return (told.GetProperty("status").GetString(), told.GetProperty("pause_reason").GetString());
    }

    private Task<Reply> SendAsync(string act, object body) => api.SendAsync(Admin, "POST", "/v1/api-keys/" + act, JsonSerializer.Serialize(body));

    private static string Id(JsonElement key) => key.GetProperty("id").GetString()!;
}
