using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>The whole program with its gate's memory in Redis, and another node beside it that changes what stands there.</summary>
[Trait("Speed", "Slow")]
public sealed class SharedMemoryTests : IAsyncLifetime
{
    private RedisServer redis = null!;
    private RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        dashboard = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (dashboard is not null)
        {
            await dashboard.DisposeAsync();
        }

        if (redis is not null)
        {
            await redis.DisposeAsync();
        }
    }

    [Fact]
    public async Task SignedRequests_AreDecidedByRedis()
    {
        var key = await MakeAsync(new NewKey("shared", RateLimit: 5, SingleUse: true));
        var lead = Signed(key, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}""");
        var first = await SendAsync(lead);
        (first.Status, first["X-RateLimit-Remaining"]).ShouldBe((201, "4"));
        (await SendAsync(lead)).Status.ShouldBe(409);
        (await SendAsync(Signed(key)))["X-RateLimit-Remaining"].ShouldBe("2");
        (await dashboard.Services.GetRequiredService<UsageQuery>().HoursAsync([key.Key.Id], KeyHouse.Auditor())).Value!.Single().Used.ShouldBe(3);

        await SendAsync(Signed(key));
        await SendAsync(Signed(key));
        (await SendAsync(Signed(key))).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Key_ChangedByAnotherNode_IsReadAnewBeforeItIsJudged()
    {
        var (narrowed, revoked, deleted) = (await MakeAsync(new NewKey("narrowed")), await MakeAsync(new NewKey("revoked")), await MakeAsync(new NewKey("deleted")));
        await using var other = new RedisMemory(redis.Options(), dashboard.Services.GetRequiredService<IGateRecord>(), TimeProvider.System, NullLogger<RedisMemory>.Instance);
        await other.BeginAsync();
        foreach (var key in (CreatedKey[])[narrowed, revoked, deleted])
        {
            (await SendAsync(Signed(key))).Status.ShouldBe(200);
        }

        // As another process does: the ring of this one hears nothing.
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(KeyHouse.Acme, async db =>
        {
            await db.Set<ApiKey>().Where(k => k.Id == narrowed.Key.Id).ExecuteUpdateAsync(k => k.SetProperty(x => x.AllowedIpText, "203.0.113.7").SetProperty(x => x.Version, 2));
            await db.Set<ApiKey>().Where(k => k.Id == revoked.Key.Id).ExecuteUpdateAsync(k => k.SetProperty(x => x.RevokedAt, DateTimeOffset.UtcNow).SetProperty(x => x.Version, 2));
            return await db.Set<ApiKey>().Where(k => k.Id == deleted.Key.Id).ExecuteDeleteAsync();
        });
        await other.FenceAsync([new Fence(narrowed.Key.Id, 2), new Fence(revoked.Key.Id, 2, KeyEnd.Revoked), new Fence(deleted.Key.Id, 1, KeyEnd.Deleted)]);

        (await SendAsync(Signed(narrowed))).Status.ShouldBe(403);
        (await SendAsync(Signed(revoked))).Status.ShouldBe(401);
        (await SendAsync(Signed(deleted))).Status.ShouldBe(401);
        dashboard.Services.GetRequiredService<KeyRing>().Find(deleted.ApiKey).ShouldBeNull();

        // Widened again, which the refusal must not outlive.
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(KeyHouse.Acme, db =>
            db.Set<ApiKey>().Where(k => k.Id == narrowed.Key.Id).ExecuteUpdateAsync(k => k.SetProperty(x => x.AllowedIpText, "").SetProperty(x => x.Version, 3)));
        await other.FenceAsync([new Fence(narrowed.Key.Id, 3)]);
        (await SendAsync(Signed(narrowed))).Status.ShouldBe(200);

        // Paused and resumed there.
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(KeyHouse.Acme, db =>
            db.Set<ApiKey>().Where(k => k.Id == narrowed.Key.Id).ExecuteUpdateAsync(k => k.SetProperty(x => x.PausedAt, DateTimeOffset.UtcNow).SetProperty(x => x.Version, 4)));
        await other.FenceAsync([new Fence(narrowed.Key.Id, 4)]);
        (await SendAsync(Signed(narrowed))).Code.ShouldBe("KEY_PAUSED");
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(KeyHouse.Acme, db =>
            db.Set<ApiKey>().Where(k => k.Id == narrowed.Key.Id).ExecuteUpdateAsync(k => k.SetProperty(x => x.PausedAt, (DateTimeOffset?)null).SetProperty(x => x.Version, 5)));
        await other.FenceAsync([new Fence(narrowed.Key.Id, 5)]);
        (await SendAsync(Signed(narrowed))).Status.ShouldBe(200);

        // A fence whose change this node can't find lets nobody in.
        await other.FenceAsync([new Fence(narrowed.Key.Id, 6)]);
        (await SendAsync(Signed(narrowed))).Status.ShouldBe(503);
    }

    [Fact]
    public async Task RedisHangs_SignedRequestsGet503_AndARevokeIsRecordedButNotProven()
    {
        var key = await MakeAsync(new NewKey("away"));
        (await SendAsync(Signed(key))).Status.ShouldBe(200);
        await redis.HoldAsync();

        var away = await SendAsync(Signed(key));
        away.Status.ShouldBe(503);
        away["Retry-After"].ShouldBe("1");
        away.Json.GetProperty("error").GetProperty("code").GetString().ShouldBe("UNAVAILABLE");
        (await SendAsync(Signed(key) with { Target = "/v1/whoami?changed" })).Status.ShouldBe(401, "a bad signature needs no Redis");

        using var client = new HttpClient { BaseAddress = dashboard.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", KeyHouse.Acme);
        using var answer = await client.PostAsync(new Uri($"/v1/api-keys/{key.Key.Id}/revoke", UriKind.Relative), content: null);
        ((int)answer.StatusCode).ShouldBe(503);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("""{"field":"recorded","message":"true"}""");
        dashboard.Services.GetRequiredService<KeyRing>().Find(key.ApiKey)!.Revoked.ShouldBeTrue();

        await redis.GoOnAsync();
        var again = await dashboard.Services.GetRequiredService<ApiKeyService>().RevokeAsync(key.Key.Id, reason: null, KeyHouse.Admin());
        again.Done.ShouldBeTrue();
        (await redis.AskAsync($"GET {{test}}:{await GenerationAsync()}:v:{key.Key.Id:N}")).ShouldBe("$1\r\nx\r\n");
    }

    [Fact]
    public async Task Changes_AreFencedBeforeTheyAreAnswered()
    {
        var service = dashboard.Services.GetRequiredService<ApiKeyService>();
        var (edited, revoked, deleted, bulk) = (await MakeAsync(new NewKey("a")), await MakeAsync(new NewKey("b")), await MakeAsync(new NewKey("c")), await MakeAsync(new NewKey("d")));
        (await service.EditAsync(edited.Key.Id, new KeyEdit { RateLimit = 7 }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await service.RevokeAsync(revoked.Key.Id, reason: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await service.DeleteAsync(deleted.Key.Id, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await dashboard.Services.GetRequiredService<BulkRevocation>().RevokeAsync(KeySelection.Each([bulk.Key.Id]), reason: null, KeyHouse.Admin())).Done.ShouldBeTrue();

        var generation = await GenerationAsync();
        (await redis.AskAsync($"GET {{test}}:{generation}:v:{edited.Key.Id:N}")).ShouldBe("$1\r\n2\r\n");
        foreach (var key in (CreatedKey[])[revoked, deleted, bulk])
        {
            (await redis.AskAsync($"GET {{test}}:{generation}:v:{key.Key.Id:N}")).ShouldBe("$1\r\nx\r\n");
        }
    }

    [Fact]
    public async Task RedisEmptied_HoursComeBackFromTheRecord()
    {
        var key = await MakeAsync(new NewKey("rebuilt", RateLimit: 5));
        for (var i = 0; i < 4; i++)
        {
            (await SendAsync(Signed(key))).Status.ShouldBe(200);
        }

        await redis.AskAsync("FLUSHALL");

        var answers = new List<int>();
        while (answers.Count(status => status is 200 or 429) < 3)
        {
            answers.Add((await SendAsync(Signed(key))).Status);
            answers.Count.ShouldBeLessThan(1000);
            await Task.Delay(answers[^1] == 503 ? 50 : 0);
        }

        answers.Where(status => status != 503).ShouldBe([200, 429, 429]);
    }

    private static RawRequest Signed(CreatedKey key, string method = "GET", string target = "/v1/whoami", string body = "")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new RawRequest(method, target) { Body = bytes }
            .With($"Authorization: {RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), method, target, bytes)}")
            .With("Content-Type: application/json");
    }

    private Task<RunningDashboard> StartAsync() =>
        RunningDashboard.StartAsync(configure: builder => builder.Services.AddRedisMemory(redis.Options()), settings: [Platform.Setting]);

    private Task<RawAnswer> SendAsync(RawRequest request) => request.SendAsync(dashboard.BaseAddress);

    private async Task<CreatedKey> MakeAsync(NewKey request) =>
        (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(request with { SingleUse = request.SingleUse ?? false }, KeyHouse.Admin())).Value!;

    private Task<long> GenerationAsync() => dashboard.Services.GetRequiredService<IGateRecord>().GenerationAsync(CancellationToken.None);
}
