using System.Text;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>Guarantee S4 on several nodes: a reveal outlives the node that it was made on, and is gone on all of them once its maker has saved the values.</summary>
[OnPostgres]
public sealed class SharedRevealsTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-").FullName;
    private RedisServer redis = null!;

    public async ValueTask InitializeAsync() => redis = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await redis.DisposeAsync();
        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Reveal_OfANodeThatIsGone_IsShownOnAnotherAndIsGoneEverywhereOnceSaved()
    {
        Guid key;
        string secret;
        await using (var maker = await OpenAsync())
        {
            key = (await maker.Get<KeyReveals>().CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin())).Value!.Id;
            secret = (await maker.Get<KeyReveals>().ShowAsync(key, KeyHouse.Admin())).Value!.Created.Secret;
            maker.Get<PendingReveals>().Count.ShouldBe(0, "nobody needs to be waited for: nothing ends with this node");
        }

        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        foreach (var node in (KeyHouse[])[first, second])
        {
            var reveals = node.Get<KeyReveals>();
            (await reveals.PendingAsync(KeyHouse.Acme, KeyHouse.Admin().Subject)).ShouldBe([key]);
            (await reveals.UnsavedAsync(KeyHouse.Admin())).Value.ShouldBeEmpty("its values can still be shown");
            var shown = (await reveals.ShowAsync(key, KeyHouse.Admin())).Value!;
            (shown.Created.Secret, shown.Created.ApiKey, shown.Until).ShouldBe((secret, await KeyOfAsync(node, key), node.Clock.GetUtcNow().AddMinutes(10)));
            (await reveals.ShowAsync(key, KeyHouse.Admin() with { Subject = "a colleague" })).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        }

        var k1 = new byte[32];
        var apiKey = await KeyOfAsync(first, key);
        SignatureChain.DeriveK1(secret, apiKey, k1);
        var hunt = new CanaryHunt();
        hunt.Seek(Encoding.ASCII.GetBytes(secret));
        hunt.Seek(k1);
        var dump = await redis.DumpAsync();
        hunt.In(new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["redis"] = dump }).ShouldBeEmpty();
        dump.AsSpan().IndexOf("{salesos}:short:"u8).ShouldBeGreaterThan(0, "it is there, sealed");
        var name = (await redis.AskAsync("KEYS *:short:*")).Split("\r\n")[2];
        int.Parse((await redis.AskAsync("PTTL " + name)).Trim()[1..], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, (int)PendingReveals.Kept.TotalMilliseconds);

        var gone = new List<RevealGone>();
        second.Get<PendingReveals>().Gone += (_, what) => gone.Add(what);
        (await first.Get<KeyReveals>().AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeTrue();

        (await redis.AskAsync("KEYS *:short:*")).ShouldStartWith("*0");
        foreach (var node in (KeyHouse[])[first, second])
        {
            (await node.Get<KeyReveals>().ShowAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
            (await node.Get<KeyReveals>().PendingAsync(KeyHouse.Acme, KeyHouse.Admin().Subject)).ShouldBeEmpty();
        }

        await second.Get<PendingReveals>().EndedElsewhereAsync(key);
        await second.Get<PendingReveals>().EndedElsewhereAsync(key);
        gone.ShouldHaveSingleItem().Expired.ShouldBeFalse("a page that shows it there is told, once");
    }

    /// <summary>The maker's node keeps a copy, which the record keeps from being shown once another node has ended it.</summary>
    [Fact]
    public async Task Reveal_WhileRedisIsAway_IsShownByItsMakersNodeAndNotAfterItWasSavedElsewhere()
    {
        await using var maker = await OpenAsync();
        await using var other = await OpenAsync();
        await redis.KillAsync();
        var key = (await maker.Get<KeyReveals>().CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin())).Value!.Id;

        (await maker.Get<KeyReveals>().ShowAsync(key, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await other.Get<KeyReveals>().ShowAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await other.Get<KeyReveals>().AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeTrue();

        (await maker.Get<KeyReveals>().ShowAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        await using var db = maker.Database.Read(KeyHouse.Acme);
        (await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.SecretRevealed)).ShouldBe(1);
        await redis.BeginAsync();
    }

    private Task<KeyHouse> OpenAsync() => KeyHouse.OpenAsync(directory, settings: [("Redis:ConnectionString", redis.ConnectionString), ("Redis:KeyPrefix", "salesos")]);

    private static async Task<string> KeyOfAsync(KeyHouse node, Guid id)
    {
        await using var db = node.Database.Read(KeyHouse.Acme);
        return await db.Set<ApiKey>().Where(k => k.Id == id).Select(k => k.Key).SingleAsync();
    }
}
