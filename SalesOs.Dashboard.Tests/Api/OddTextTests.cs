using System.Text.Json;
using SalesOs.Dashboard.Tests.Integration;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Whatever text comes, it is taken or refused by name: none is an error of the server.</summary>
public class OddTextTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Queries_OfAnyText_AreAnswered()
    {
        string[] routes =
        [
            "/v1/api-keys?search=", "/v1/api-keys?scope=", "/v1/api-keys?status=", "/v1/api-keys?environment=", "/v1/api-keys?sort=", "/v1/api-keys?page=",
            "/v1/audit-entries?actor=", "/v1/audit-entries?action=", "/v1/audit-entries?key_id=", "/v1/audit-entries?from=", "/v1/audit-entries/export?actor=", "/v1/audit-entries/export?format=", "/v1/audit-entries/verification?chain=",
        ];
        string[] tenant = ["odd"];
        foreach (var route in routes)
        {
            foreach (var text in OddText.Some)
            {
                var reply = await api.SendAsync("platform", "GET", route + Uri.EscapeDataString(text), tenant: tenant);
                ((int)reply.Status).ShouldBeOneOf([200, 400], $"{route}{Uri.EscapeDataString(text)}");
            }

            foreach (var broken in (string[])["%ED%A0%80", "%FF", "%EF%BF", "%00"])
            {
                ((int)(await api.SendAsync("platform", "GET", route + broken, tenant: tenant)).Status).ShouldBeOneOf([200, 400], route + broken);
            }
        }

        ((int)(await api.SendAsync(Admin, "GET", "/v1/api-keys?search=%EF%BF%BE")).Status).ShouldBe(200);
    }

    [Fact]
    public async Task Bodies_OfAnyText_AreTakenOrRefusedByName()
    {
        string[] tenant = ["odd-bodies"];
        var key = (await api.CreateAsync("platform", tenant: tenant)).GetProperty("id").GetString();
        foreach (var text in OddText.Some.Select(text => JsonSerializer.Serialize(text)).Concat(OddText.HalfPairs))
        {
            await AskAsync("POST", "/v1/api-keys", $$"""{"name":{{text}},"notes":{{text}}}""");
            await AskAsync("POST", "/v1/api-keys", $$"""{"name":"x","scopes":[{{text}}],"allowed_ips":[{{text}}]}""");
            await AskAsync("PATCH", $"/v1/api-keys/{key}", $$"""{"name":{{text}}}""");
            await AskAsync("PATCH", $"/v1/api-keys/{key}", $$"""{"notes":{{text}}}""");
            var once = (await api.CreateAsync("platform", tenant: tenant)).GetProperty("id").GetString();
            await AskAsync("POST", $"/v1/api-keys/{once}/revoke", $$"""{"reason":{{text}}}""");
        }

        async Task AskAsync(string method, string target, string body)
        {
            var reply = await api.SendAsync("platform", method, target, body, tenant);
            ((int)reply.Status).ShouldBeOneOf([200, 201, 400], body);
        }
    }

    [Theory]
    [InlineData("\u200B\u200B\u200B")]
    [InlineData("\u202E\u2066")]
    [InlineData("\uFEFF \u00A0")]
    public async Task Name_ThatCannotBeSeen_IsRefused(string name) =>
        (await api.SendAsync(Admin, "POST", "/v1/api-keys", JsonSerializer.Serialize(new { name }))).ShouldBeInvalid("name must have a character that can be seen");

    [Fact]
    public async Task Lengths_CountCodePoints()
    {
        var emoji = (int count) => string.Concat(Enumerable.Repeat("😀", count));
        var accents = (int count) => string.Concat(Enumerable.Repeat("e\u0301", count));

        var made = await api.CreateAsync(body: JsonSerializer.Serialize(new { name = emoji(100), notes = emoji(500) }));
        made.GetProperty("notes").GetString().ShouldBe(emoji(500));
        (await api.SendAsync(Admin, "POST", "/v1/api-keys", JsonSerializer.Serialize(new { name = emoji(101), notes = emoji(501) })))
            .ShouldBeInvalid("name must have at most 100 characters", "notes must have at most 500 characters");
        (await api.SendAsync(Admin, "POST", "/v1/api-keys", JsonSerializer.Serialize(new { name = accents(51) }))).ShouldBeInvalid("name must have at most 100 characters");
        var target = $"/v1/api-keys/{made.GetProperty("id").GetString()}/revoke";
        (await api.SendAsync(Admin, "POST", target, JsonSerializer.Serialize(new { reason = emoji(201) }))).ShouldBeInvalid("reason must have at most 200 characters");
        ((int)(await api.SendAsync(Admin, "POST", target, JsonSerializer.Serialize(new { reason = emoji(200) }))).Status).ShouldBe(200);
        ((int)(await api.SendAsync(Admin, "GET", "/v1/api-keys?search=" + Uri.EscapeDataString(emoji(200)))).Status).ShouldBe(200);
    }

    [Fact]
    public async Task Actor_InAnyCase_FindsTheirEntries()
    {
        await api.CreateAsync();
        var count = (await api.SendAsync(Admin, "GET", "/v1/audit-entries?action=key.created&actor=admin@acme.test")).Meta.GetProperty("total").GetInt32();

        count.ShouldBeGreaterThan(0);
        (await api.SendAsync(Admin, "GET", "/v1/audit-entries?action=key.created&actor=ADMIN@Acme.Test")).Meta.GetProperty("total").GetInt32().ShouldBe(count);
    }
}
