using System.Net;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Rotations whose old key is called on whichever node, and which one of them ends.</summary>
[OnPostgres]
[Trait("Speed", "Slow")]
public sealed class RotationOnNodesTests(RunningNodes nodes) : IClassFixture<RunningNodes>
{
    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task End_ThatAllNodesFindDue_IsMadeOnceAndHoldsOnAll()
    {
        var (old, successor) = await RotateAsync(new RotationOverlap { Until = DateTimeOffset.UtcNow.AddHours(1) });
        await ExecuteAsync($"""UPDATE "rotations" SET "Until" = {Now - 1} WHERE "KeyId" = '{old.Key.Id}'""");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(node => nodes.Of<RotationEnds>(node).EndDueAsync()));

        foreach (var client in nodes.Clients())
        {
            (await RunningNodes.CallAsync(client, old)).ShouldBe(HttpStatusCode.Unauthorized);
            (await RunningNodes.CallAsync(client, successor)).ShouldBe(HttpStatusCode.OK);
            client.Dispose();
        }

        (await nodes.Of<AuditQueries>(0).ListAsync(new AuditFilter(Action: AuditActions.KeyRevoked, KeyId: old.Key.Id), KeyHouse.Auditor())).Value!.Total.ShouldBe(1);
    }

    /// <summary>Each node hears that the key has a successor, though that raises no version.</summary>
    [Fact]
    public async Task Straggler_OnANodeThatDidNotRotate_IsNamed()
    {
        var (old, _) = await RotateAsync(new RotationOverlap { Until = DateTimeOffset.UtcNow.AddHours(1) });
        await nodes.Of<KeyFollower>(2).CatchUpAsync();
        using (var client = nodes.All[2].NewClient())
        {
            (await RunningNodes.CallAsync(client, old)).ShouldBe(HttpStatusCode.OK);
        }

        (await nodes.Of<UsageWriter>(2).FlushAsync()).ShouldBeTrue();

        var straggler = (await nodes.Of<RotationQuery>(0).OfAsync(old.Key.Id, KeyHouse.Auditor())).Value!.Stragglers.ShouldHaveSingleItem();
        (straggler.Route, straggler.Count).ShouldBe(("GET /v1/whoami", 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_IsToldByWhatEveryNodeHasCounted(bool calls)
    {
        var (old, successor) = await RotateAsync(new RotationOverlap { QuietCycles = 1 });
        using (var client = nodes.All[1].NewClient())
        {
            (await RunningNodes.CallAsync(client, successor)).ShouldBe(HttpStatusCode.OK);
        }

        (await nodes.Of<UsageWriter>(1).FlushAsync()).ShouldBeTrue();
        if (calls)
        {
            using var client = nodes.All[2].NewClient();
            (await RunningNodes.CallAsync(client, old)).ShouldBe(HttpStatusCode.OK);
        }

        // By what is written nobody has called for forty days.
        var day = (long)TimeSpan.FromDays(1).TotalMilliseconds;
        await ExecuteAsync($"""UPDATE "api_keys" SET "CreatedAt" = {Now - (50 * day)}, "LastUsedAt" = {Now - (40 * day)} WHERE "Id" = '{old.Key.Id}'""");
        await ExecuteAsync($"""UPDATE "rotations" SET "StartedAt" = {Now - (3 * day)} WHERE "KeyId" = '{old.Key.Id}'""");

        await nodes.Of<RotationEnds>(0).EndDueAsync();

        (await nodes.Of<ApiKeyService>(0).GetAsync(old.Key.Id, KeyHouse.Auditor())).Value!.Status.ShouldBe(calls ? KeyStatus.Active : KeyStatus.Revoked);
    }

    private Task ExecuteAsync(string sql) => nodes.Of<Database>(0).WriteAsync(KeyHouse.Acme, db => db.Database.ExecuteSqlRawAsync(sql));

    private async Task<(CreatedKey Old, CreatedKey New)> RotateAsync(RotationOverlap overlap)
    {
        var old = await nodes.MakeAsync();
        var rotated = await nodes.Of<ApiKeyService>(1).RotateAsync(old.Key.Id, KeyHouse.Admin(), new KeyRotation { Overlap = overlap });
        rotated.Done.ShouldBeTrue();
        return (old, rotated.Value!);
    }
}
