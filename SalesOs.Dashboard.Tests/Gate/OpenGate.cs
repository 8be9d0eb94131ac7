using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>
/// The whole program on Kestrel with a clock that the test sets, and clients that sign. One for all tests of a class; each makes keys of its own.
/// Whatever they send, it ends without a warning in the log.
/// </summary>
public class OpenGate() : SharedDashboard(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero))
{
    public const int MiB = 1_048_576;

    public LogLines Log { get; } = new();

    public ApiKeyService Keys => Dashboard.Services.GetRequiredService<ApiKeyService>();

    public long Seconds => Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Such as <c>--Gate:WindowSeconds=300</c>.</summary>
    protected virtual IEnumerable<string> Settings => [];

    protected override IEnumerable<string> Arguments => Settings;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        Log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }

    /// <summary>A key that may sign one request twice, so that a test can tell one rejection from another.</summary>
    /// <param name="singleUse">Null takes the setting.</param>
    public async Task<CreatedKey> MakeAsync(NewKey? request = null, bool? singleUse = false)
    {
        var made = await Keys.CreateAsync((request ?? new NewKey("gate")) with { SingleUse = singleUse }, KeyHouse.Admin());
        made.Done.ShouldBeTrue();
        return made.Value!;
    }

    /// <summary>The request with the signature that it must have.</summary>
    /// <param name="skew">Seconds that the client's clock is ahead.</param>
    public RawRequest Signed(CreatedKey key, string method = "GET", string target = "/v1/whoami", byte[]? body = null, int skew = 0) =>
        new RawRequest(method, target) { Body = body ?? [] }.With($"Authorization: {RequestSigner.Authorization(key.ApiKey, key.Secret, Seconds + skew, method, target, body)}");

    /// <summary>A lead to be made; needs <c>leads:write</c>.</summary>
    public RawRequest SignedLead(CreatedKey key) => Signed(key, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}"""u8.ToArray()).With("Content-Type: application/json");

    public Task<RawAnswer> SendAsync(RawRequest request) => request.SendAsync(Dashboard.BaseAddress);

    public Task<RawAnswer> CallAsync(CreatedKey key, string method = "GET", string target = "/v1/whoami", string body = "", int skew = 0) =>
        SendAsync(Signed(key, method, target, Encoding.UTF8.GetBytes(body), skew).With("Content-Type: application/json"));

    /// <summary>The record of a refused request, found by the id that its answer carried.</summary>
    public async Task<RejectionView> RejectionAsync(RawAnswer answer)
    {
        var id = answer.Json.GetProperty("meta").GetProperty("request_id").GetGuid();
        // It is taken down after the answer.
        for (var tries = 0; tries < 200; tries++)
        {
            (await Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
            if ((await Dashboard.Services.GetRequiredService<RejectionQuery>().FindAsync(id, KeyHouse.Auditor())).Value is { } view)
            {
                return view;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The refused request was not found.");
    }

    /// <summary>What the record holds of the key: how often each verdict fell.</summary>
    public async Task<IReadOnlyDictionary<Verdict, long>> VerdictsAsync(CreatedKey key)
    {
        (await Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        await using var db = Dashboard.Services.GetRequiredService<Database>().Read(KeyHouse.Acme);
        var rows = await db.Set<UsageCount>().Where(c => c.KeyId == key.Key.Id && c.Step == UsageStep.Minute && c.Counted < 100).ToListAsync();
        return rows.GroupBy(c => (Verdict)c.Counted).ToDictionary(g => g.Key, g => g.Sum(c => c.Count));
    }

    protected override void Configure(WebApplicationBuilder builder) => builder.Logging.ClearProviders().AddProvider(Log);

    protected override void Map(WebApplication app)
    {
    }
}
