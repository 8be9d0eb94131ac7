using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>Guarantee S3 while nodes run: the master key is changed over in three rolls, and at each moment every node opens all there is.</summary>
public class MasterKeyGenerationsTests : IAsyncLifetime
{
    private static readonly string Old = Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Size));
    private static readonly string New = Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Size));

    private static readonly (string, string)[] Before = [("MasterKey:Value", Old)];
    private static readonly (string, string)[] Announced = [("MasterKey:Value", Old), ("MasterKey:Next", New)];
    private static readonly (string, string)[] Changed = [("MasterKey:Value", New), ("MasterKey:Previous", Old)];
    private static readonly (string, string)[] After = [("MasterKey:Value", New)];

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-").FullName;
    private readonly List<CreatedKey> made = [];
    private readonly SemaphoreSlim[] turns = [new(1, 1), new(1, 1)];
    private int calls;
    private readonly List<(Guid Session, byte[] Ticket)> tickets = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task ThreeRolls_OfTwoNodes_OpenEverythingAtEachMoment()
    {
        KeyHouse[] nodes = [await OpenAsync(Before), await OpenAsync(Before)];
        using var enough = new CancellationTokenSource();
        var traffic = Task.WhenAll(nodes.Select((_, node) => CallAsync(nodes, node, enough.Token)));
        await MakeAsync(nodes[0], KeyHouse.Acme);
        await EveryNodeOpensAllAsync(nodes);

        await RollAsync(nodes, 0, Announced);
        await MakeAsync(nodes[0], KeyHouse.Beta);
        await EveryNodeOpensAllAsync(nodes);
        await RollAsync(nodes, 1, Announced);

        await RollAsync(nodes, 0, Changed);
        // The node that still seals under the old key makes a tenant's first key, and starts again after a crash.
        await MakeAsync(nodes[1], "33333333-3333-4333-8333-333333333333");
        await EveryNodeOpensAllAsync(nodes);
        await RollAsync(nodes, 1, Announced);
        await MakeAsync(nodes[1], "44444444-4444-4444-8444-444444444444");
        var late = nodes[1];
        await PutAsync(nodes, 1, await OpenAsync(Changed));
        await MakeAsync(late, "55555555-5555-4555-8555-555555555555");
        await EveryNodeOpensAllAsync([.. nodes, late]);
        await late.DisposeAsync();
        await nodes[0].Get<MasterKeyChange>().LookAsync(CancellationToken.None);
        (await RotatedAsync(nodes[0])).ShouldBe(3, "the first start, the second one for what was made meanwhile, and the look");

        await RollAsync(nodes, 0, After);
        await RollAsync(nodes, 1, After);
        await nodes[0].Get<MasterKeyChange>().LookAsync(CancellationToken.None);
        (await RotatedAsync(nodes[0])).ShouldBe(3);
        await enough.CancelAsync();
        await traffic;
        (calls > 0).ShouldBe(TestEngine.IsPostgres);
        nodes.ShouldAllBe(node => !node.Log.All.Any(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error));
        (await Should.ThrowAsync<StartupFaultException>(() => OpenAsync(Before))).Message.ShouldStartWith("MasterKey:Value or MasterKey:File: this is not");
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private Task<KeyHouse> OpenAsync((string, string)[] settings) => KeyHouse.OpenAsync(directory, settings: settings);

    /// <summary>Another program takes the node's place.</summary>
    private async Task RollAsync(KeyHouse[] nodes, int node, (string, string)[] settings)
    {
        var before = nodes[node];
        await PutAsync(nodes, node, await OpenAsync(settings));
        await EveryNodeOpensAllAsync([.. nodes, before]);
        await before.DisposeAsync();
    }

    /// <summary>Whoever calls the node comes to the new program from here on.</summary>
    private async Task PutAsync(KeyHouse[] nodes, int node, KeyHouse program)
    {
        await turns[node].WaitAsync();
        nodes[node] = program;
        turns[node].Release();
    }

    /// <summary>Acts on one node without pause, whichever program it is. On SQLite nodes are there one after the other alone.</summary>
    private async Task CallAsync(KeyHouse[] nodes, int node, CancellationToken enough)
    {
        while (TestEngine.IsPostgres && !enough.IsCancellationRequested)
        {
            await turns[node].WaitAsync(CancellationToken.None);
            try
            {
                await nodes[node].MakeAsync(new NewKey("traffic"), KeyHouse.Admin($"{node}{node}{node}{node}{node}{node}{node}{node}-7777-4777-8777-777777777777"));
                Interlocked.Increment(ref calls);
            }
            finally
            {
                turns[node].Release();
            }
        }
    }

    /// <summary>Something that each kind of wrapped key is needed for.</summary>
    private async Task MakeAsync(KeyHouse node, string tenant)
    {
        made.Add(await node.MakeAsync(new NewKey($"key {made.Count}"), KeyHouse.Admin(tenant)));
        var session = Guid.NewGuid();
        tickets.Add((session, node.Get<SessionTickets>().Seal(session, new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity("test")), "test"))));
    }

    private async Task EveryNodeOpensAllAsync(IReadOnlyList<KeyHouse> nodes)
    {
        foreach (var node in nodes)
        {
            await node.Get<KeyRingLoader>().LoadAsync();
            var k1 = new byte[32];
            foreach (var key in made)
            {
                SignatureChain.DeriveK1(key.Secret, key.ApiKey, k1);
                node.Ring.Find(key.ApiKey)!.K1.SequenceEqual(k1).ShouldBeTrue();
            }

            tickets.ShouldAllBe(ticket => node.Get<SessionTickets>().Open(ticket.Session, ticket.Ticket) != null);
            await using var db = node.Database.Read(AuditLog.Platform);
            (await node.Get<Vault>().FitsAsync(db, CancellationToken.None)).ShouldBeTrue();
            using var signer = new AuditSigner(node.Get<MasterKey>(), node.Clock);
            await signer.OpenAsync(db);
            (await node.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme, full: true)).Whole.ShouldBeTrue();
        }
    }

    private static async Task<int> RotatedAsync(KeyHouse node)
    {
        await using var db = node.Database.Read(AuditLog.Platform);
        return await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.MasterKeyRotated);
    }
}
