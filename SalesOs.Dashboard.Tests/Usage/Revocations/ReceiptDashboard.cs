using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Tests.Usage.Revocations;

/// <summary>The whole program, served under names of its own, for tests that revoke keys and look at what can be proven of it.</summary>
public sealed class ReceiptDashboard : SharedDashboard
{
    public LogLines Log { get; } = new();

    public ApiKeyService Keys => Dashboard.Services.GetRequiredService<ApiKeyService>();

    public Database Database => Dashboard.Services.GetRequiredService<Database>();

    /// <summary>The public key of the audit log, as somebody keeps it who trusts the installation.</summary>
    public string PublicKey => Dashboard.Services.GetRequiredService<AuditSigner>().PublicKeyPem;

    protected override IEnumerable<string> Arguments => ["--AllowedHosts=*.sales.example;127.0.0.1"];

    public async Task<CreatedKey> MakeAsync(string name = "CRM sync") => (await Keys.CreateAsync(new NewKey(name), KeyHouse.Admin())).Value!;

    /// <summary>As for a key that may have leaked: its callers are answered 401.</summary>
    public async Task PauseAsync(CreatedKey key) =>
        (await Dashboard.Services.GetRequiredService<KeyPauses>().PauseAsync(key.Key.Id, new KeyPause { Answer = PauseAnswer.Unauthorized }, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();

    /// <summary>A signed <c>GET /v1/whoami</c>.</summary>
    public Task<RawAnswer> CallAsync(CreatedKey key, params string[] headers)
    {
        // Two in one second would be one signature.
        Clock.Advance(TimeSpan.FromSeconds(1));
        var authorization = RequestSigner.Authorization(key.ApiKey, key.Secret, Clock.GetUtcNow().ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
        return new RawRequest("GET", "/v1/whoami").With(["Authorization: " + authorization, .. headers]).SendAsync(Dashboard.BaseAddress);
    }

    /// <summary>The receipt as the API answers it.</summary>
    public async Task<string> ReceiptAsync(CreatedKey key)
    {
        var answer = await new RawRequest("GET", $"/v1/api-keys/{key.Key.Id}/revocation").With("Authorization: Bearer " + Platform.ServiceKey, "X-Tenant-Id: " + KeyHouse.Acme).SendAsync(Dashboard.BaseAddress);
        answer.Status.ShouldBe(200, answer.Body);
        return answer.Body;
    }

    public static JsonElement DataOf(string receipt) => JsonElement.Parse(receipt).GetProperty("data");

    /// <summary>Lets the prober work, and waits for what it keeps of these keys.</summary>
    public async Task<IReadOnlyList<RevocationProbe>> ProbesAsync(IReadOnlyCollection<Guid> keys)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(250));
            await using var db = Database.Read(KeyHouse.Acme);
            if (await db.Set<RevocationProbe>().Where(p => keys.Contains(p.KeyId)).ToListAsync() is { } made && made.Count == keys.Count)
            {
                return made;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("Not every key was probed.");
    }

    /// <summary>Revokes as a program would that forgets to tell the ring.</summary>
    public async Task RevokeUntoldAsync(CreatedKey key)
    {
        await Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            (await db.Set<ApiKey>().SingleAsync(k => k.Id == key.Key.Id)).Revoke(Clock.GetUtcNow(), "leaked").ShouldBeTrue();
            return await Dashboard.Services.GetRequiredService<AuditLog>().AppendAsync(db, new AuditEvent(AuditActions.KeyRevoked, key.Key.Id), KeyHouse.Admin());
        });
        Dashboard.Services.GetRequiredService<KeyFeed>().Publish(KeyHouse.Acme, KeyChange.Keys, [key.Key.Id]);
    }

    /// <summary>What <see cref="RevokeUntoldAsync"/> left out.</summary>
    public async Task TellRingAsync(CreatedKey key)
    {
        await using var db = Database.Read(KeyHouse.Acme);
        Dashboard.Services.GetRequiredService<KeyRing>().Follow(await db.Set<ApiKey>().SingleAsync(k => k.Id == key.Key.Id));
    }

    protected override void Configure(WebApplicationBuilder builder) => builder.Logging.ClearProviders().AddProvider(Log);

    protected override void Map(WebApplication app)
    {
    }
}
