using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class ExportKeysTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    [Fact]
    public async Task Export_OfAList_IsAFileThatASpreadsheetReadsAsText()
    {
        string[] tenant = ["export"];
        await api.CreateAsync("platform", """{"name":"=1+1","notes":"Über 😀, \"zitiert\"","scopes":["leads:read","leads:write"],"allowed_ips":["192.0.2.1","2001:db8::/32"],"expires_in_days":3}""", tenant);

        var reply = await api.SendAsync("platform", "GET", "/v1/api-keys/export?full_access=false&search=%2B1&created_by=service_role", tenant: tenant);

        var lines = reply.File.ShouldNotBeNull().Split("\r\n");
        lines[0].ShouldBe("id,name,key_prefix,key_last4,environment,scopes,rate_limit,allowed_ips,single_use,status,marks,expires_at,created_at,created_by,revoked_at,revoked_by,revoke_reason,rotated_from,rotated_to,notes,last_used_at,last_used_ip,last_used_agent,usage_count,paused_at,paused_by,paused_until,then,pause_reason,owner,owner_id,without_owner");
        lines[1].ShouldContain(",'=1+1,sk_live_");
        lines[1].ShouldContain(",live,leads:read leads:write,1000,192.0.2.1 2001:db8::/32,true,active,expiring unused,");
        lines[1].ShouldContain(",\"Über 😀, \"\"zitiert\"\"\",");
        lines[2..].ShouldBe([""]);
        var entry = (await api.SendAsync("platform", "GET", "/v1/audit-entries?action=keys.exported", tenant: tenant)).Data.EnumerateArray().ShouldHaveSingleItem();
        var detail = entry.GetProperty("detail");
        detail.GetProperty("count").GetInt32().ShouldBe(1);
        detail.GetProperty("filters").GetString().ShouldBe("search=… full_access=false", "what was searched for may name a person");
        detail.GetProperty("actors").EnumerateArray().ShouldHaveSingleItem();
        detail.GetRawText().ShouldNotContain("service_role");
    }

    [Fact]
    public async Task Export_OfManyKeys_IsReadABatchAtATimeAsItIsWritten()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("first"));
        const int Many = 2_000;
        await house.Database.WriteAsync(KeyHouse.Acme, db => db.Database.ExecuteSqlRawAsync($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Many})
            INSERT INTO api_keys (Id, TenantId, Key, SealedK1, Environment, Name, NameFolded, SearchText, ScopeText, RateLimit, AllowedIpText, SingleUse, ExpiryOrder, CreatedAt, ValuesUnsaved, Version, UsageCount)
            SELECT printf('0198A3C0-0000-7000-8000-%012X', i), TenantId, substr(Key, 1, 30) || printf('%010d', i), SealedK1, Environment, 'key ' || i, 'key ' || i, SearchText, '', 1000, '', 1, ExpiryOrder, CreatedAt + i, 0, 1, 0
            FROM api_keys CROSS JOIN n WHERE Name = 'first'
            """));
        var export = (await house.Get<KeyExporter>().BeginAsync(new KeyQuery(), KeyHouse.Auditor())).Value!;
        // Whoever holds the whole list in memory does not notice that the keys are gone.
        var output = new Output(() => house.Database.WriteAsync(KeyHouse.Acme, db => db.Database.ExecuteSqlRawAsync("DELETE FROM api_keys")));

        await export.WriteAsync(output);

        var lines = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split("\r\n");
        lines.Length.ShouldBe(1 + 500 + 1, "the header, one batch, and the end of the last line");
        lines[1].ShouldContain(",key 2000,", Case.Sensitive, "the newest first");
        output.ToArray()[..3].ShouldBe([0xEF, 0xBB, 0xBF], "a spreadsheet takes it for UTF-8");
    }

    [Fact]
    public async Task Export_WithoutACapability_IsNone()
    {
        await using var house = await KeyHouse.OpenAsync();

        (await house.Get<KeyExporter>().BeginAsync(new KeyQuery(), KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<AuditEntry>().CountAsync()).ShouldBe(0);
    }

    /// <summary>Does something before the first bytes are taken.</summary>
    private sealed class Output(Func<Task> first) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Length == 0)
            {
                await first();
            }

            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
