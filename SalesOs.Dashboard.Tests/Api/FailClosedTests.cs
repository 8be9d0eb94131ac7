using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Guarantee N2: what can't be written into the log does not happen.</summary>
public sealed class FailClosedTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Act_WhoseEntryCantBeWritten_Answers503AndChangesNothing()
    {
        var key = await api.CreateAsync(body: """{"name":"ERP","single_use":false}""");
        var person = (await api.SendAsync(Admin, "GET", "/v1/audit-entries?actor=admin@acme.test")).Data[0].GetProperty("actor_id").GetString();
        var target = "/v1/api-keys/" + key.GetProperty("id").GetString();
        (string Method, string Target, string? Body)[] acts =
        [
            ("POST", "/v1/api-keys", """{"name":"another"}"""),
            ("PATCH", target, """{"name":"renamed","scopes":["leads:write"]}"""),
            ("POST", target + "/revoke", null),
            ("POST", "/v1/api-keys/revoke", $$"""{"ids":["{{key.GetProperty("id").GetString()}}"]}"""),
            ("POST", "/v1/api-keys/pause", $$"""{"ids":["{{key.GetProperty("id").GetString()}}"]}"""),
            ("POST", target + "/rotate", null),
            ("DELETE", target, null),
            ("GET", "/v1/api-keys/export", null),
            ("GET", "/v1/audit-entries/export", null),
            ("GET", "/v1/audit-entries/export?format=csv", null),
            ("POST", $"/v1/people/{person}/erase", null),
        ];
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        var before = await StoredAsync();

        await api.ExecuteAsync("CREATE TRIGGER no_entries BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no entry'); END");
        try
        {
            foreach (var (method, where, body) in acts)
            {
                var reply = await api.SendAsync(Admin, method, where, body);

                ((int)reply.Status).ShouldBe(503, $"{method} {where}");
                reply.Code.ShouldBe("UNAVAILABLE");
                reply.Json.GetRawText().ShouldNotContain("sk_live_");
                (await StoredAsync()).ShouldBe(before, $"{method} {where}");
                (await api.WhoAmIAsync(key)).ShouldBe(200, $"{method} {where}: the gate still knows the key as it was");
            }

            (await api.SendAsync(Admin, "GET", target)).Data.GetProperty("name").GetString().ShouldBe("ERP");
        }
        finally
        {
            await api.ExecuteAsync("DROP TRIGGER no_entries");
        }

        // The cause is gone, and all goes on without a restart.
        foreach (var (method, where, body) in acts.Where(a => a.Method != "DELETE"))
        {
            ((int)(await api.SendAsync(Admin, method, where, body)).Status).ShouldBe(where.EndsWith("rotate", StringComparison.Ordinal) ? 409 : where == "/v1/api-keys" ? 201 : 200, $"{method} {where}");
        }

        (await api.WhoAmIAsync(key)).ShouldNotBe(200, "it is revoked now");
        (await api.SendAsync(Admin, "DELETE", target)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await api.SendAsync(Admin, "GET", "/v1/audit-entries/verification?full=true")).Data.GetProperty("whole").GetBoolean().ShouldBeTrue();
    }

    /// <summary>Every row that an act may touch; of the keys' rows what use alone moves is left out.</summary>
    private async Task<string> StoredAsync()
    {
        string[] tables =
        [
            "SELECT Id || Name || ScopeText || Version || COALESCE(RevokedAt, '') || COALESCE(RotatedTo, '') || hex(SealedK1) AS Value FROM api_keys ORDER BY Id",
            "SELECT TenantId || Sequence || hex(Hash) AS Value FROM audit_entries ORDER BY TenantId, Sequence",
            "SELECT TenantId || Sequence || hex(Mac) || CheckpointedThrough AS Value FROM audit_heads ORDER BY TenantId",
            "SELECT TenantId || Sequence || hex(Data) AS Value FROM audit_personal ORDER BY TenantId, Sequence",
            "SELECT Id || COALESCE(Subject, '') || COALESCE(Email, '') AS Value FROM people ORDER BY Id",
            "SELECT hex(Call) AS Value FROM idempotent_calls ORDER BY Call",
        ];
        await using var db = api.Dashboard.Services.GetRequiredService<Database>().Read(tenantId: null);
        var rows = new List<List<string>>();
        foreach (var table in tables)
        {
            rows.Add(await db.Database.SqlQueryRaw<string>(table).ToListAsync());
        }

        return JsonSerializer.Serialize(rows);
    }
}
