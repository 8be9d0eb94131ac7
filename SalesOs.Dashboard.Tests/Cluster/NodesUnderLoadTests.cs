using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Faults;
using SalesOs.Dashboard.Tests.Gate;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>What the gate promises holds over three nodes that clients call at random, whichever node an act is done on.</summary>
[OnPostgres]
[Trait("Speed", "Slow")]
public sealed class NodesUnderLoadTests(RunningNodes nodes) : IClassFixture<RunningNodes>
{
    private const int Clients = 6;

    [Fact]
    public async Task Revoked_OnAnyNode_NoneIsLetInAnywhereAfterTheAnswer()
    {
        var keys = await MakeAsync(FaultRun.Full ? 1000 : 60);

        await RunAsync(keys, _ => "/v1/whoami", _ => HttpStatusCode.Unauthorized, async (i, node) =>
            (await nodes.Of<ApiKeyService>(node).RevokeAsync(keys[i].Key.Id, reason: null, KeyHouse.Admin())).Done.ShouldBeTrue());
    }

    [Fact]
    public async Task Edited_OnAnyNode_HoldsEverywhereForTheNextRequest()
    {
        KeyEdit[] edits = [new() { Scopes = new(true, [Scopes.DefaultSync]) }, new() { RateLimit = 1 }, new() { AllowedIps = new(true, ["203.0.113.0/24"]) }];
        HttpStatusCode[] refused = [HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests, HttpStatusCode.Forbidden];
        var keys = await MakeAsync(FaultRun.Full ? 600 : 60);

        await RunAsync(keys, _ => "/v1/leads/none", i => refused[i % 3], async (i, node) =>
            (await nodes.Of<ApiKeyService>(node).EditAsync(keys[i].Key.Id, edits[i % 3], ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue());
    }

    [Fact]
    public async Task PausedAndResumed_OnAnyNode_ActsEverywhereBeforeItsAnswer()
    {
        // The full run pauses and resumes a thousand times.
        var rounds = FaultRun.Full ? 1000 : 60;
        var key = await nodes.MakeAsync(new NewKey("paused", RateLimit: 1_000_000));
        var chance = new Random(rounds);
        var clients = new PauseRounds(
            client => RunningNodes.CallAsync(client, key),
            round => nodes.Of<KeyPauses>(chance.Next(3)).PauseAsync(key.Key.Id, new KeyPause { Reason = $"round {round}" }, ifVersions: null, KeyHouse.Admin()),
            _ => nodes.Of<KeyPauses>(chance.Next(3)).ResumeAsync(key.Key.Id, ifVersions: null, KeyHouse.Admin()));
        await clients.RunAsync(rounds, [.. nodes.Clients(), .. nodes.Clients()], nodes.Clients());
        FaultRun.Tell(FormattableString.Invariant($"{rounds} pauses and as many resumes on three nodes under load: none acted after its answer"));
    }

    [Fact]
    public async Task Limit_OverThreeNodes_IsExact()
    {
        for (var round = 0; round < 5; round++)
        {
            var key = await nodes.MakeAsync(new NewKey("limited", RateLimit: 100));
            var letIn = 0;
            await Task.WhenAll(Enumerable.Range(0, 18).Select(async n =>
            {
                using var client = nodes.All[n % 3].NewClient();
                for (var refused = 0; refused < 3 && Volatile.Read(ref letIn) <= 100;)
                {
                    var status = await RunningNodes.CallAsync(client, key);
                    status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
                    refused += status == HttpStatusCode.OK ? 0 : 1;
                    Interlocked.Add(ref letIn, status == HttpStatusCode.OK ? 1 : 0);
                }
            }));
            letIn.ShouldBe(100);
        }
    }

    [Fact]
    public async Task Signature_SentToThreeNodesAtOnce_IsAcceptedOnce()
    {
        var key = await nodes.MakeAsync(new NewKey("once", RateLimit: 100_000, SingleUse: true));
        var clients = nodes.Clients();
        for (var i = 0; i < (FaultRun.Full ? 10_000 : 300); i++)
        {
            var body = $$"""{"name":"Rui {{i}}","phone":"1"}""";
            var header = RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "POST", "/v1/leads", Encoding.UTF8.GetBytes(body));
            var statuses = await Task.WhenAll(clients.Select(async client =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/leads") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                request.Headers.TryAddWithoutValidation("Authorization", header);
                using var answer = await client.SendAsync(request);
                return (int)answer.StatusCode;
            }));
            statuses.Order().ShouldBe([201, 409, 409]);
        }
    }

    [Fact]
    public async Task Key_MadeOnOneNode_IsLetInByAllOthersAtOnce()
    {
        var clients = nodes.Clients();
        for (var i = 0; i < 60; i++)
        {
            var key = await nodes.MakeAsync(node: i % 3);
            (await Task.WhenAll(clients.Select(client => RunningNodes.CallAsync(client, key)))).ShouldAllBe(status => status == HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task AuditLog_WrittenByAllNodes_IsOneWholeChain()
    {
        const int Writers = 4;
        var acts = FaultRun.Full ? 2000 : 20;
        var tenant = Guid.NewGuid().ToString();
        await Task.WhenAll(Enumerable.Range(0, 3 * Writers).Select(async writer =>
        {
            var service = nodes.Of<ApiKeyService>(writer % 3);
            for (var i = 0; i < acts / 2; i++)
            {
                var key = await service.CreateAsync(new NewKey($"{writer} {i}"), KeyHouse.Admin(tenant));
                key.Done.ShouldBeTrue();
                (await service.RevokeAsync(key.Value!.Key.Id, reason: null, KeyHouse.Admin(tenant))).Done.ShouldBeTrue();
            }
        }));

        await using (var db = nodes.Of<Database>(0).Read(tenant))
        {
            (await db.Set<AuditEntry>().OrderBy(e => e.Sequence).Select(e => e.Sequence).ToListAsync()).ShouldBe(Enumerable.Range(1, 3 * Writers * acts).Select(n => (long)n));
        }

        (await nodes.Of<AuditVerification>(1).VerifyAsync(tenant, full: true)).ShouldBe(new ChainVerdict(3 * Writers * acts, FirstBad: null));
        using var http = nodes.All[2].NewClient();
        (await NodeRequests.ShouldHaveWholeLogAsync(http, tenant)).ShouldBe(3 * Writers * acts);
    }

    private async Task<IReadOnlyList<CreatedKey>> MakeAsync(int count)
    {
        var keys = new List<CreatedKey>();
        for (var i = 0; i < count; i++)
        {
            keys.Add(await nodes.MakeAsync(new NewKey("changed"), i % 3));
        }

        return keys;
    }

    /// <summary>Changes one key after the other on a node by chance, each while clients call all nodes with it, and calls each of them at once after the answer.</summary>
    private async Task RunAsync(IReadOnlyList<CreatedKey> keys, Func<int, string> target, Func<int, HttpStatusCode> refused, Func<int, int, Task> change)
    {
        var inUse = keys.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var current = 0;
        var (begun, changed) = (0, 0);
        var (letIn, late) = (0, 0);
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            var own = nodes.Clients();
            while (!over.IsCancellationRequested)
            {
                // Mostly the key whose turn it is, else one that has just had it.
                var i = Math.Max(0, Volatile.Read(ref current) - (random.Next(4) == 0 ? random.Next(1, 4) : 0));
                var mustBeRefused = i < Volatile.Read(ref changed);
                var status = await RunningNodes.CallAsync(own[random.Next(3)], keys[i], target(i));
                var isRefused = status == refused(i);
                var mayBeRefused = i < Volatile.Read(ref begun);
                (isRefused || !mustBeRefused).ShouldBeTrue($"key {i} was answered {status} though the request began after its change");
                (!isRefused || mayBeRefused).ShouldBeTrue($"key {i} was refused before its change");
                status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound, refused(i));
                Interlocked.Add(ref letIn, isRefused ? 0 : 1);
                Interlocked.Add(ref late, mustBeRefused ? 1 : 0);
                inUse[i].TrySetResult();
            }
        })).ToList();

        var next = nodes.Clients();
        var chance = new Random(keys.Count);
        var took = new List<double>();
        try
        {
            for (var i = 0; i < keys.Count; i++)
            {
                Volatile.Write(ref current, i);
                await Task.WhenAny(inUse[i].Task, Task.WhenAny(clients).Unwrap());
                Volatile.Write(ref begun, i + 1);
                var asked = Stopwatch.GetTimestamp();
                await change(i, chance.Next(3));
                took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                Volatile.Write(ref changed, i + 1);
                (await Task.WhenAll(next.Select(client => RunningNodes.CallAsync(client, keys[i], target(i))))).ShouldAllBe(status => status == refused(i));
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(clients);
        took.Sort();
        FaultRun.Tell(FormattableString.Invariant(
            $"{keys.Count} changes on three nodes, {letIn + late} requests meanwhile: a change took {took[took.Count / 2]:0.0} ms at the median, {took[took.Count * 99 / 100]:0.0} ms at the 99th percentile"));
        letIn.ShouldBeGreaterThanOrEqualTo(keys.Count, "every key was in use when it was changed");
        late.ShouldBeGreaterThan(keys.Count / 2, "the clients went on after the changes");
    }

}
