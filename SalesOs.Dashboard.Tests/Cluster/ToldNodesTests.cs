using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>What a node does because of an act on another one: it ends the reveal that it shows, probes for itself that a revoked key is refused, and tells its pages that the policy is another.</summary>
[OnPostgres]
[Trait("Speed", "Slow")]
public sealed class ToldNodesTests(RunningNodes nodes) : IClassFixture<RunningNodes>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reveal_EndedOnOneNode_IsOverOnTheNodeThatShowsIt(bool deleted)
    {
        var key = (await nodes.Of<KeyReveals>(0).CreateAsync(new NewKey("revealed"), KeyHouse.Admin())).Value!.Id;
        (await nodes.Of<KeyReveals>(1).ShowAsync(key, KeyHouse.Admin())).Done.ShouldBeTrue();
        var gone = new ConcurrentQueue<RevealGone>();
        nodes.Of<PendingReveals>(1).Gone += (_, what) => gone.Enqueue(what);

        if (deleted)
        {
            (await nodes.Of<ApiKeyService>(2).DeleteAsync(key, KeyHouse.Admin())).Done.ShouldBeTrue();
        }
        else
        {
            (await nodes.Of<KeyReveals>(2).AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeTrue();
        }

        await UntilAsync(() => !gone.IsEmpty, "the page on the other node");
        var told = gone.ShouldHaveSingleItem();
        (told.KeyId, told.Expired).ShouldBe((key, false));
        (await nodes.Of<KeyReveals>(1).ShowAsync(key, KeyHouse.Admin())).Done.ShouldBeFalse();
    }

    /// <summary>As of nodes that could not make it in time.</summary>
    [Fact]
    public async Task Receipt_WithoutTheProbesOfSomeNodes_NamesTheseAndHasThemMakeTheirs()
    {
        var key = await nodes.MakeAsync(node: 0);
        (await nodes.Of<ApiKeyService>(1).RevokeAsync(key.Key.Id, "leaked", KeyHouse.Admin())).Done.ShouldBeTrue();
        var receipts = nodes.Of<RevocationReceipts>(2);
        await UntilAsync(() => Probed() == 3, "the probes of all nodes");
        var own = nodes.Of<NodeRegister>(0).Name;
        await nodes.Of<Database>(0).WriteAsync(KeyHouse.Acme, db => db.Set<RevocationProbe>().Where(p => p.KeyId == key.Key.Id && p.Node != own).ExecuteDeleteAsync());
        (await receipts.FactsAsync(key.Key.Id, KeyHouse.Auditor())).Value!.Nodes.Count(node => node.Probe is null).ShouldBe(2);

        (await receipts.ProbedAsync(key.Key.Id, KeyHouse.Auditor())).Value!.Nodes.Single(node => node.Node == nodes.Of<NodeRegister>(2).Name).Probe!.Refused.ShouldBeTrue();

        await UntilAsync(() => Probed() == 3, "the probe of the node that was not asked");

        int Probed() => receipts.FactsAsync(key.Key.Id, KeyHouse.Auditor()).GetAwaiter().GetResult().Value!.Nodes.Count(node => node.Probe is not null);
    }

    [Fact]
    public async Task Receipt_OfAKeyRevokedOnOneNode_NamesEachNodeWithItsOwnProbe()
    {
        var key = await nodes.MakeAsync(node: 0);
        (await nodes.Of<ApiKeyService>(1).RevokeAsync(key.Key.Id, "leaked", KeyHouse.Admin())).Done.ShouldBeTrue();
        var receipts = nodes.Of<RevocationReceipts>(2);
        await UntilAsync(() => receipts.FactsAsync(key.Key.Id, KeyHouse.Auditor()).GetAwaiter().GetResult().Value!.Nodes.Count(node => node.Probe is not null) == 3, "the probes of all nodes");

        var facts = (await receipts.FactsAsync(key.Key.Id, KeyHouse.Auditor())).Value!;
        facts.Nodes.Select(node => node.Node).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 3).Select(node => nodes.Of<NodeRegister>(node).Name).Order(StringComparer.Ordinal));
        facts.Nodes.ShouldAllBe(node => node.Probe!.Refused && node.Probe.Status == 401 && node.RefusedSince >= facts.RevokedAt);

        using var http = nodes.All[2].NewClient();
        using var request = NodeRequests.Managed(HttpMethod.Get, $"/v1/api-keys/{key.Key.Id}/revocation");
        using var answer = await http.SendAsync(request);
        using var verifier = new Verifier();
        verifier.Put("public.pem", nodes.Of<AuditSigner>(0).PublicKeyPem);
        (await verifier.RunAsync("--key", "public.pem", "--receipt", verifier.Put("receipt.json", await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()))).Single().Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Policy_SetOnOneNode_ReachesThePagesOfItsTenantOnTheOthers()
    {
        var heard = new ConcurrentQueue<(int Node, string Tenant)>();
        var listening = Enumerable.Range(0, 3).SelectMany(node => new[] { KeyHouse.Acme, KeyHouse.Beta }.Select(tenant => nodes.Of<KeyFeed>(node).Listen(tenant, (change, ids) =>
        {
            if (change == KeyChange.Keys && ids.Count == 0)
            {
                heard.Enqueue((node, tenant));
            }
        }))).ToList();
        var policy = KeyPolicy.None.With(PolicyRule.ScopesRequired, new PolicyDemand { Level = PolicyLevel.Warn });

        (await nodes.Of<KeyPolicies>(0).SetAsync(policy, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();

        await UntilAsync(() => heard.Count >= 3, "the pages of all nodes");
        (await nodes.Of<KeyPolicies>(0).SetAsync(policy, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue("it changes nothing");
        (await nodes.Of<KeyPolicies>(1).SetAsync(KeyPolicy.None, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        await UntilAsync(() => heard.Count >= 6, "the pages of all nodes");
        heard.Order().ShouldBe(Enumerable.Range(0, 3).SelectMany(node => Enumerable.Repeat((node, KeyHouse.Acme), 2)), "nothing is told of what changed nothing, nor to another tenant");
        listening.ForEach(one => one.Dispose());
    }

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            TimeProvider.System.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(10, what);
            await Task.Delay(10);
        }
    }
}
