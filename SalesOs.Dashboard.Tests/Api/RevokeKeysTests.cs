using System.Net;
using System.Text.Json;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class RevokeKeysTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Revoke_OfSeveral_ActsOnAllBeforeTheAnswer()
    {
        var keys = await MakeAsync(3);
        await api.SendAsync(Admin, "POST", $"/v1/api-keys/{Id(keys[2])}/revoke", """{"reason":"first"}""");

        var reply = await RevokeAsync([.. keys.Select(Id), Id(keys[0])], "leaked");

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Json.GetRawText());
        reply.Data.GetRawText().ShouldBe("""{"revoked":2,"already_revoked":1}""");
        foreach (var key in keys)
        {
            (await api.WhoAmIAsync(key)).ShouldBe(401);
        }

        (await ReasonAsync(keys[0])).ShouldBe("leaked");
        (await ReasonAsync(keys[2])).ShouldBe("first", "the first time stays");
        var entries = await api.SendAsync(Admin, "GET", $"/v1/audit-entries?action=key.revoked&key_id={Id(keys[1])}");
        entries.Data.EnumerateArray().ShouldHaveSingleItem().GetProperty("request_id").GetString().ShouldBe(reply.Meta.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Revoke_WithAnIdThatIsAbsentOrForeign_RevokesNone()
    {
        var keys = await MakeAsync(2);
        var foreign = await api.CreateAsync("admin@beta.test");

        foreach (var other in new[] { Guid.CreateVersion7().ToString(), Id(foreign) })
        {
            var reply = await RevokeAsync([.. keys.Select(Id), other]);
            reply.Code.ShouldBe("NOT_FOUND");
            reply.Message.ShouldBe("There is no API key with one of these ids. None was revoked.");
        }

        foreach (var key in keys.Append(foreign))
        {
            (await api.WhoAmIAsync(key)).ShouldBe(200);
        }
    }

    [Theory]
    [InlineData("{}", "ids is required")]
    [InlineData("""{"ids":[]}""", "ids is required")]
    [InlineData("""{"ids":null}""", "ids is required")]
    [InlineData("""{"ids":["x"]}""", "ids[0] must be a UUID", "ids is required")]
    [InlineData("""{"ids":"x"}""", "ids must be an array")]
    [InlineData("""{"ids":["0198a3c0-0000-7000-8000-000000000000"],"reason":"a\u0001"}""", "reason must not contain control characters")]
    public async Task Revoke_WithAFaultyBody_NamesTheFault(string body, params string[] details) =>
        (await api.SendAsync(Admin, "POST", "/v1/api-keys/revoke", body)).ShouldBeInvalid(details);

    [Fact]
    public async Task Revoke_OfMoreThanFiveHundred_Is400() =>
        (await RevokeAsync(Enumerable.Range(0, 501).Select(_ => Guid.NewGuid().ToString()))).ShouldBeInvalid("ids must have at most 500 entries");

    private async Task<List<JsonElement>> MakeAsync(int count)
    {
        var keys = new List<JsonElement>();
        for (var i = 0; i < count; i++)
        {
            keys.Add(await api.CreateAsync());
        }

        return keys;
    }

    private async Task<string?> ReasonAsync(JsonElement key) => (await api.SendAsync(Admin, "GET", $"/v1/api-keys/{Id(key)}")).Data.GetProperty("revoke_reason").GetString();

    private Task<Reply> RevokeAsync(IEnumerable<string> ids, string? reason = null) =>
        api.SendAsync(Admin, "POST", "/v1/api-keys/revoke", JsonSerializer.Serialize(new { ids, reason }));

    private static string Id(JsonElement key) => key.GetProperty("id").GetString()!;
}
