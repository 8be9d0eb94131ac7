using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>What leaves the log over HTTP, and what the platform reads of its own.</summary>
public sealed class AuditExportApiTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Auditor = "auditor@acme.test";

    [Fact]
    public async Task Export_OfBothFormats_NamesItsFileAndItsManifest()
    {
        await api.CreateAsync(body: """{"name":"=1+1"}""");
        using var verifier = new Verifier();

        var jsonl = await api.SendAsync(Auditor, "GET", "/v1/audit-entries/export?format=jsonl");
        var csv = await api.SendAsync(Auditor, "GET", "/v1/audit-entries/export?format=csv");

        (jsonl.Status, csv.Status).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        (await verifier.RunAsync(verifier.Put("export.jsonl", jsonl.File!))).Single().Whole.ShouldBeTrue();
        csv.File!.Split("\r\n")[0].TrimStart('\uFEFF').ShouldStartWith("sequence,id,at,action");
        var link = csv.Headers.GetValues("Link").Single();
        link.ShouldEndWith(">; rel=\"describedby\"");
        var manifest = (await api.SendAsync(Auditor, "GET", link[1..link.IndexOf('>', StringComparison.Ordinal)])).Data;
        manifest.GetProperty("format").GetString().ShouldBe("csv");
        manifest.GetProperty("count").GetInt64().ShouldBe(csv.File!.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length - 1);
        manifest.GetProperty("public_key").GetProperty("pem").GetString().ShouldStartWith("-----BEGIN PUBLIC KEY-----");
        JsonElement.Parse(jsonl.File!.Split('\n')[0]).GetProperty("manifest").GetProperty("public_key").GetRawText().ShouldBe(manifest.GetProperty("public_key").GetRawText());
        (await api.SendAsync(Auditor, "GET", "/v1/audit-entries?action=audit.exported")).Data.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Checkpoints_OfAnHourThatIsOver_VerifyAnExportOffline()
    {
        string[] tenant = ["checkpointed"];
        await api.CreateAsync("platform", tenant: tenant);
        api.Clock.Advance(TimeSpan.FromHours(1));
        await api.CreateAsync("platform", tenant: tenant);
        var checkpoints = await api.SendAsync("platform", "GET", "/v1/audit-entries/checkpoints", tenant: tenant);
        var export = await api.SendAsync("platform", "GET", "/v1/audit-entries/export", tenant: tenant);
        using var verifier = new Verifier();
        verifier.Put("earlier.json", checkpoints.Json.GetRawText());

        checkpoints.Data.GetProperty("total").GetInt64().ShouldBe(1);
        checkpoints.Data.GetProperty("checkpoints")[0].GetProperty("sequence").GetInt64().ShouldBe(1);
        (await verifier.RunAsync("--checkpoints", "earlier.json", verifier.Put("export.jsonl", export.File!))).Single().Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task PlatformChain_IsReadByThePlatformAlone()
    {
        string[] targets = ["", "/verification", "/checkpoints", "/export", "/exports/1"];
        await api.SendAsync("platform", "GET", "/v1/audit-entries/export?chain=platform");
        var mine = await api.SendAsync("platform", "GET", "/v1/audit-entries?chain=platform&action=audit.exported");
        mine.Data[0].GetProperty("actor").GetString().ShouldBe("service_role");

        foreach (var target in targets)
        {
            ((int)(await api.SendAsync("admin@acme.test", "GET", $"/v1/audit-entries{target}?chain=platform")).Status).ShouldBe(403, target);
            ((int)(await api.SendAsync(caller: null, "GET", $"/v1/audit-entries{target}?chain=platform")).Status).ShouldBe(401, target);
        }

        // Their own tenant is told who asked, and nobody else.
        (await api.Dashboard.Services.GetRequiredService<RepeatedEvents>().WriteAsync()).ShouldBeTrue();
        (await api.SendAsync(Auditor, "GET", "/v1/audit-entries?action=access.refused&actor=admin@acme.test")).Data.GetArrayLength().ShouldBeGreaterThan(0);
        (await api.SendAsync("platform", "GET", "/v1/audit-entries?chain=platform&actor=admin@acme.test")).Data.GetArrayLength().ShouldBe(0);

        (await api.SendAsync("platform", "GET", "/v1/audit-entries/verification?chain=platform")).Data.GetProperty("whole").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Person_ErasedByAnAdmin_IsNamedNowhereAnyMore()
    {
        await api.CreateAsync("owner@acme.test");
        var entries = await api.SendAsync(Auditor, "GET", "/v1/audit-entries?actor=owner@acme.test");
        var person = entries.Data[0].GetProperty("actor_id").GetString();

        ((int)(await api.SendAsync(Auditor, "POST", $"/v1/people/{person}/erase")).Status).ShouldBe(403);
        var erased = await api.SendAsync("admin@acme.test", "POST", $"/v1/people/{person}/erase");

        erased.Data.GetProperty("wiped").GetBoolean().ShouldBeTrue();
        erased.Data.GetProperty("entries").GetInt64().ShouldBeGreaterThan(0);
        (await api.SendAsync(Auditor, "GET", "/v1/audit-entries?actor=owner@acme.test")).Data.GetArrayLength().ShouldBe(0);
        (await api.SendAsync(Auditor, "GET", "/v1/audit-entries?actor=" + person)).Data[0].GetProperty("actor").ValueKind.ShouldBe(JsonValueKind.Null);
        ((int)(await api.SendAsync("admin@acme.test", "POST", "/v1/people/nobody/erase")).Status).ShouldBe(404);
    }

    /// <summary>Who was refused without a tenant, as at a sign-in that names none, stands in the platform's chain.</summary>
    [Fact]
    public async Task Person_OfThePlatformsChain_IsErasedByThePlatformAlone()
    {
        const string Email = "nobody@nowhere.test";
        var events = api.Dashboard.Services.GetRequiredService<RepeatedEvents>();
        events.Tell(new RepeatedEvent(
            AuditLog.Platform,
            AuditActions.SignInFailed,
            Refused: true,
            "no_tenant",
            What: null,
            KeyHouse.Admin() with { TenantId = AuditLog.Platform, Subject = "nobody", Name = "Nobody", Email = Email },
            new AuditOrigin("198.51.100.77", "agent/1", "r")));
        (await events.WriteAsync()).ShouldBeTrue();
        var person = (await api.SendAsync("platform", "GET", "/v1/audit-entries?chain=platform&actor=" + Email)).Data[0].GetProperty("actor_id").GetString();

        ((int)(await api.SendAsync("admin@acme.test", "POST", $"/v1/people/{person}/erase?chain=platform")).Status).ShouldBe(403);
        ((int)(await api.SendAsync("platform", "POST", $"/v1/people/{person}/erase?chain=other")).Status).ShouldBe(400);
        var erased = await api.SendAsync("platform", "POST", $"/v1/people/{person}/erase?chain=platform");

        erased.Data.GetProperty("entries").GetInt64().ShouldBe(1);
        erased.Data.GetProperty("wiped").GetBoolean().ShouldBeTrue();
        (await api.SendAsync("platform", "GET", "/v1/audit-entries?chain=platform&actor=" + Email)).Data.GetArrayLength().ShouldBe(0);
        (await api.SendAsync("platform", "GET", "/v1/audit-entries/verification?chain=platform&full=true")).Data.GetProperty("whole").GetBoolean().ShouldBeTrue();
    }
}
