using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>What nodes tell each other: changes of keys, counts, ended sessions, and that they are there.</summary>
[OnPostgres]
[Trait("Speed", "Slow")]
public sealed class SeveralNodesTests(RunningNodes nodes) : IClassFixture<RunningNodes>
{
    /// <summary>It takes milliseconds; on a machine that is busy with other tests that is no measure.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Change_OnOneNode_IsToldToThePagesOfTheOthers()
    {
        var key = await nodes.MakeAsync(node: 0);
        using var page = new Page(nodes.Of<KeyFeed>(1));
        var acts = new (string Act, Func<Task> Run)[]
        {
            ("edit", () => nodes.Of<ApiKeyService>(0).EditAsync(key.Key.Id, new KeyEdit { Name = new(true, "moved") }, ifVersion: null, KeyHouse.Admin())),
            ("revoke", () => nodes.Of<BulkRevocation>(0).RevokeAsync(KeySelection.Each([key.Key.Id]), reason: null, KeyHouse.Admin())),
            ("delete", () => nodes.Of<ApiKeyService>(0).DeleteAsync(key.Key.Id, KeyHouse.Admin())),
        };
        foreach (var (act, run) in acts)
        {
            page.Heard.Clear();
            await run();
            await UntilAsync(() => page.Heard.Contains((KeyChange.Keys, key.Key.Id)), act);
        }

        await UntilAsync(() => nodes.Of<KeyRing>(1).Find(key.ApiKey) is null, "the ring");
        page.Heard.Count(one => one == (KeyChange.Keys, key.Key.Id)).ShouldBe(1, "it is told once");
    }

    [Fact]
    public async Task Edit_OnOneNode_IsInTheRingsOfAll_WhichNeverGoBack()
    {
        var key = await nodes.MakeAsync(node: 0);
        for (var limit = 1; limit <= 30; limit++)
        {
            (await nodes.Of<ApiKeyService>(limit % 3).EditAsync(key.Key.Id, new KeyEdit { RateLimit = limit }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        }

        foreach (var ring in Enumerable.Range(0, 3).Select(nodes.Of<KeyRing>))
        {
            await UntilAsync(() => ring.Find(key.ApiKey)!.Version == 31, "the latest version");
            ring.Find(key.ApiKey)!.RateLimit.ShouldBe(30);
        }
    }

    [Fact]
    public async Task Rotation_DeletedOnOneNode_IsToldToThePagesOfItsNeighbour()
    {
        var key = await nodes.MakeAsync(node: 0);
        var successor = (await nodes.Of<ApiKeyService>(0).RotateAsync(key.Key.Id, KeyHouse.Admin())).Value!;
        using var page = new Page(nodes.Of<KeyFeed>(2));

        await nodes.Of<ApiKeyService>(0).DeleteAsync(successor.Key.Id, KeyHouse.Admin());

        await UntilAsync(() => page.Heard.Contains((KeyChange.Keys, key.Key.Id)), "the key before it");
    }

    [Fact]
    public async Task Request_OnOneNode_MovesThePagesOfTheOthers()
    {
        var key = await nodes.MakeAsync(node: 0);
        using var page = new Page(nodes.Of<KeyFeed>(2));
        using var client = nodes.All[0].NewClient();
        await RunningNodes.CallAsync(client, key);

        (await nodes.Of<UsageWriter>(0).FlushAsync()).ShouldBeTrue();

        await UntilAsync(() => page.Heard.Contains((KeyChange.Figures, key.Key.Id)), "figures");
    }

    [Fact]
    public async Task Session_EndedOnOneNode_EndsThePagesOfTheOthersAtOnce()
    {
        // Without the rounds that would find it in any case.
        await nodes.All[1].Services.GetServices<IHostedService>().OfType<SessionSweeper>().Single().StopAsync(CancellationToken.None);
        foreach (var end in (Func<Sessions, Session, Task>[])[(here, session) => here.EndAsync(session, Termination.SignedOut), (here, session) => here.ChooseAsync(session, "b"), LogOutAsync])
        {
            var here = nodes.Of<Sessions>(0);
            var session = (await here.FindAsync((await here.RetrieveAsync(await SignInAsync(here)))!.Principal, renew: false))!;
            using var page = new OpenCircuit(
                nodes.Of<OpenCircuits>(1), nodes.Of<Sessions>(1), new HttpContextAccessor { HttpContext = new DefaultHttpContext { User = session.Principal } }, TimeProvider.System);
            await page.OnCircuitOpenedAsync(null!, CancellationToken.None);

            await end(here, session);

            await UntilAsync(() => page.Ended is not null, "its page");
        }
    }

    [Fact]
    public async Task Names_OfNodesThatAreCalledAlike_GetNumbers()
    {
        Enumerable.Range(0, 3).Select(node => nodes.Of<NodeRegister>(node).Name).Order(StringComparer.Ordinal).ShouldBe(["web", "web-2", "web-3"]);
        nodes.Of<NodeRegister>(0).Others.Count.ShouldBe(2);
        await using var fourth = await nodes.StartAsync();
        fourth.Services.GetRequiredService<NodeRegister>().Name.ShouldBe("web-4");
        await fourth.StopAsync();
        await using var fifth = await nodes.StartAsync();
        fifth.Services.GetRequiredService<NodeRegister>().Name.ShouldBe("web-4", "one that has left has no name");
    }

    [Fact]
    public async Task Feed_WhoseLineIsCut_IsOpenedAgainAndMissesNothing()
    {
        var key = await nodes.MakeAsync(node: 0);
        using var page = new Page(nodes.Of<KeyFeed>(1));
        await using (var db = nodes.Of<Database>(0).Read(tenantId: null))
        {
            (await db.Database.SqlQueryRaw<bool>("SELECT pg_terminate_backend(pid) AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%listening'").CountAsync()).ShouldBe(3);
        }

        (await nodes.Of<ApiKeyService>(0).EditAsync(key.Key.Id, new KeyEdit { RateLimit = 7 }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();

        await UntilAsync(() => page.Heard.Contains((KeyChange.Keys, key.Key.Id)), "the page");
        nodes.Of<KeyRing>(1).Find(key.ApiKey)!.RateLimit.ShouldBe(7);
        await UntilAsync(() => Enumerable.Range(0, 3).All(node => nodes.Of<SharedFeed>(node).IsOpen), "the lines again");
    }

    [Fact]
    public void Cookies_OfNodesThatStartedAtOnce_AreOpenedByAll()
    {
        for (var node = 0; node < 3; node++)
        {
            var sealedText = nodes.Of<IDataProtectionProvider>(node).CreateProtector("test").Protect("cookie");
            Enumerable.Range(0, 3).ShouldAllBe(other => nodes.Of<IDataProtectionProvider>(other).CreateProtector("test").Unprotect(sealedText) == "cookie");
        }
    }

    [Fact]
    public async Task Process_WithoutRedis_IsRefusedBesideNodes() =>
        (await nodes.RefusedAsync("--Redis:ConnectionString=")).ShouldContain("another process is running");

    [Fact]
    public async Task Provider_BuiltIn_IsRefusedWithRedis() =>
        (await nodes.RefusedAsync("--Oidc:Authority=")).ShouldStartWith("Oidc:Authority: name the identity provider's address; the built-in one keeps its keys in its process");

    [Fact]
    public async Task Round_OfAJob_IsTakenByOneNode()
    {
        await using var round = await nodes.Of<Database>(0).TryTakeAsync("test");
        round.ShouldNotBeNull();
        (await nodes.Of<Database>(1).TryTakeAsync("test")).ShouldBeNull();
        await using (await nodes.Of<Database>(1).TryTakeAsync("another"))
        {
        }

        await round.DisposeAsync();
        await using var next = await nodes.Of<Database>(1).TryTakeAsync("test");
        next.ShouldNotBeNull();
    }

    [Fact]
    public async Task Node_ThatMissedAllMessages_CatchesUpAndWritesTheFence()
    {
        var key = await nodes.MakeAsync(node: 0);
        using (var client = nodes.All[2].NewClient())
        {
            await RunningNodes.CallAsync(client, key);
        }

        // As a node does that dies between its commit and its fence.
        await nodes.Of<Database>(0).WriteAsync(KeyHouse.Acme, async db =>
        {
            (await db.Set<ApiKey>().SingleAsync(k => k.Id == key.Key.Id)).Revoke(DateTimeOffset.UtcNow, reason: null);
            return true;
        });
        await nodes.Of<KeyFollower>(1).CatchUpAsync();

        nodes.Of<KeyRing>(1).Find(key.ApiKey)!.Revoked.ShouldBeTrue();
        var generation = await nodes.Of<IGateRecord>(0).GenerationAsync(CancellationToken.None);
        var fence = "";
        await UntilAsync(() => (fence = nodes.Redis.AskAsync($"GET {{salesos}}:{generation}:v:{key.Key.Id:N}").GetAwaiter().GetResult()) == "$1\r\nx\r\n", "the fence");
    }

    [Fact]
    public async Task RedisEmptied_CountsOfAllNodesAreWrittenBeforeAnyIsLetIn()
    {
        var key = await nodes.MakeAsync(new NewKey("rebuilt", RateLimit: 31));
        var clients = nodes.Clients();
        for (var i = 0; i < 30; i++)
        {
            (await RunningNodes.CallAsync(clients[i % 3], key)).ShouldBe(HttpStatusCode.OK);
        }

        await nodes.Redis.AskAsync("FLUSHALL");

        // One node alone notices it: what the others have counted they write because it asks for it.
        HttpStatusCode status;
        while ((status = await RunningNodes.CallAsync(clients[0], key)) == HttpStatusCode.ServiceUnavailable)
        {
            await Task.Delay(20);
        }

        status.ShouldBe(HttpStatusCode.OK, "31 are allowed and 30 were let in before");
        (await RunningNodes.CallAsync(clients[0], key)).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    /// <summary>Who begins a generation waits for the others, so one that came later must have confirmed it, and know who has.</summary>
    [Fact]
    public async Task Generation_BegunBeforeANodeJoins_IsConfirmedByItAndToIt()
    {
        await using var fourth = await nodes.StartAsync();
        var feed = fourth.Services.GetRequiredService<SharedFeed>();
        var generation = await nodes.Of<IGateRecord>(0).GenerationAsync(CancellationToken.None);
        await UntilAsync(() => feed.IsOpen && nodes.Of<NodeRegister>(0).Others.Count == 3, "the fourth");

        (await nodes.Of<SharedFeed>(0).AllConfirmedAsync(Topic.Generation, generation, Patience)).ShouldBeTrue();
        (await feed.AllConfirmedAsync(Topic.Generation, generation, Patience)).ShouldBeTrue();
        fourth.Services.GetRequiredService<NodeRegister>().Others.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Health_OfANode_NamesWhatNodesShare()
    {
        using var client = nodes.All[0].NewClient();
        await UntilAsync(() => nodes.Of<SharedFeed>(0).IsOpen, "the feed");
        using var answer = await client.GetAsync("/health/ready");
        var checks = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("checks");
        foreach (var check in (string[])["shared_memory", "feed"])
        {
            checks.GetProperty(check).GetString().ShouldBe("ready", check);
        }
    }

    private static Task LogOutAsync(Sessions here, Session session) =>
        here.EndMeantAsync(new UsedLogoutToken { Digest = SessionRow.DigestOf(session.Id), Until = DateTimeOffset.UtcNow.AddMinutes(5) }, providerSession: null, session.Subject);

    private static Task<string> SignInAsync(Sessions here)
    {
        var properties = new AuthenticationProperties();
        properties.SetString(Session.TenantItem, "a");
        return here.StoreAsync(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new System.Security.Claims.Claim("sub", Guid.NewGuid().ToString())], "token")), properties, SignInSchemes.Session));
    }

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(Patience, what);
            await Task.Delay(5);
        }
    }

    /// <summary>What an open page of the tenant hears.</summary>
    private sealed class Page : IDisposable
    {
        private readonly IDisposable listening;

        public Page(KeyFeed feed) => listening = feed.Listen(KeyHouse.Acme, (change, ids) =>
        {
            foreach (var id in ids)
            {
                Heard.Add((change, id));
            }
        });

        public ConcurrentBag<(KeyChange Change, Guid Id)> Heard { get; } = [];

        public void Dispose() => listening.Dispose();
    }
}
