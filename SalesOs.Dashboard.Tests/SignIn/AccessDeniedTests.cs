using System.Net;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Guarantees A2 and A5: who was kept out is in the log, in their tenant's chain or, where they have none, in the platform's.</summary>
public sealed class AccessDeniedTests : IAsyncLifetime
{
    private readonly ManagementApi api = new();

    private RunningDashboard Dashboard => api.Dashboard;

    public ValueTask InitializeAsync() => api.InitializeAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task Api_WithoutTheCapability_IsOneEntryAndThenACount()
    {
        for (var i = 0; i < 5; i++)
        {
            ((int)(await api.SendAsync("rep@acme.test", "GET", "/v1/api-keys")).Status).ShouldBe(403);
        }

        ((int)(await api.SendAsync("auditor@acme.test", "POST", "/v1/api-keys/x/revoke")).Status).ShouldBe(403);

        var refused = await Dashboard.DetailsAsync(KeyHouse.Acme, AuditActions.AccessDenied);
        refused.Where(d => (string?)d["what"] == "GET /v1/api-keys").Sum(d => (long)d["count"]!).ShouldBe(5);
        refused.Where(d => (string?)d["what"] == "POST /v1/api-keys/{id}/revoke").Sum(d => (long)d["count"]!).ShouldBe(1);
        refused.ShouldAllBe(d => (string?)d["reason"] == "capability");
        var entry = (await Dashboard.EntriesAsync(KeyHouse.Acme, AuditActions.AccessDenied))[0];
        entry.Outcome.ShouldBe("refused");
        JsonNode.Parse(entry.Personal!.Data)!["email"]!.GetValue<string>().ShouldBe("rep@acme.test");
    }

    [Fact]
    public async Task Api_ThatLetsIn_LeavesNoEntry()
    {
        await api.SendAsync("admin@acme.test", "GET", "/v1/api-keys");
        await api.SendAsync("admin@acme.test", "GET", "/v1/api-keys/x");
        await api.SendAsync(caller: null, "GET", "/v1/api-keys");

        (await Dashboard.DetailsAsync(KeyHouse.Acme, AuditActions.AccessDenied)).ShouldBeEmpty();
        (await Dashboard.DetailsAsync(AuditLog.Platform, AuditActions.AccessDenied)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_WithoutTheCapability_IsAnEntryOfItsAddress()
    {
        using var rep = new Visitor(Dashboard);
        (await rep.SignInAsync("rep@acme.test", "/integrations/api-keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var admin = new Visitor(Dashboard);
        await admin.SignInAsync(Visitor.Admin, "/integrations/api-keys");

        var refused = (await Dashboard.DetailsAsync(KeyHouse.Acme, AuditActions.AccessDenied)).ShouldHaveSingleItem();

        ((string?)refused["what"]).ShouldBe("/integrations/api-keys");
        ((long)refused["count"]!).ShouldBe(1);
    }

    [Fact]
    public async Task SignIn_Refused_IsInThePlatformsChainWithItsReasonAndAddress()
    {
        using var visitor = new Visitor(Dashboard);
        await visitor.SignInAsync("nobody");
        for (var i = 0; i < 4; i++)
        {
            await visitor.GetAsync("/signin-oidc?code=x&state=y");
        }

        var refused = await Dashboard.DetailsAsync(AuditLog.Platform, AuditActions.SignInFailed);

        refused.Where(d => (string?)d["reason"] == "denied").Sum(d => (long)d["count"]!).ShouldBe(1);
        refused.Where(d => (string?)d["reason"] == "expired").Sum(d => (long)d["count"]!).ShouldBe(4);
        var entry = (await Dashboard.EntriesAsync(AuditLog.Platform, AuditActions.SignInFailed))[0];
        JsonNode.Parse(entry.Personal!.Data)!["address"]!.GetValue<string>().ShouldBe("127.0.0.1");
        entry.RequestId.ShouldNotBeNull();
        entry.ActorId.ShouldBeNull();
    }
}
