using System.Net;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class RevokeKeyTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Revoke_OfAnActiveKey_ActsAtOnce()
    {
        var key = await api.CreateAsync();
        (await api.WhoAmIAsync(key)).ShouldBe(200);

        var reply = await api.SendAsync(Admin, "POST", RevokeOf(key), """{"reason":" leaked "}""");

        reply.Status.ShouldBe(HttpStatusCode.OK);
        (await api.WhoAmIAsync(key)).ShouldBe(401);
        reply.Data.GetProperty("status").GetString().ShouldBe("revoked");
        reply.Data.GetProperty("revoke_reason").GetString().ShouldBe("leaked");
        reply.Data.GetProperty("revoked_by").GetString().ShouldBe(Admin);
        reply.Data.TryGetProperty("api_key_secret", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Revoke_Twice_ChangesNothing()
    {
        var key = await api.CreateAsync();
        var first = await api.SendAsync(Admin, "POST", RevokeOf(key));
        api.Clock.Advance(TimeSpan.FromSeconds(1));

        var second = await api.SendAsync("owner@acme.test", "POST", RevokeOf(key), """{"reason":"again"}""");

        second.Status.ShouldBe(HttpStatusCode.OK);
        second.Data.GetRawText().ShouldBe(first.Data.GetRawText());
        second.Data.GetProperty("revoke_reason").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("""{"reason":7}""", "reason must be a string")]
    [InlineData("""{"why":"x"}""", "why is not a known field")]
    [InlineData("""{"reason":"a\nb"}""", "reason must not contain control characters")]
    public async Task Revoke_WithAFaultyBody_NamesTheFaultAndRevokesNothing(string body, string detail)
    {
        var key = await api.CreateAsync();

        (await api.SendAsync(Admin, "POST", RevokeOf(key), body)).ShouldBeInvalid(detail);

        (await api.WhoAmIAsync(key)).ShouldBe(200);
    }

    [Fact]
    public async Task Revoke_WithALongReason_NamesTheFault() =>
        (await api.SendAsync(Admin, "POST", RevokeOf(await api.CreateAsync()), $$"""{"reason":"{{new string('x', 201)}}"}""")).ShouldBeInvalid("reason must have at most 200 characters");

    private static string RevokeOf(System.Text.Json.JsonElement key) => $"/v1/api-keys/{key.GetProperty("id").GetString()}/revoke";
}
