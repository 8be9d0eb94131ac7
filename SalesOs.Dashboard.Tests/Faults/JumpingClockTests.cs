using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>The wall clock jumps, forward and back, as a badly kept machine's does; nothing is let in twice or for ever, nothing is lost, nothing breaks.</summary>
public sealed class JumpingClockTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Everybody = """{"name":"clock","scopes":[],"rate_limit":RATE}""";

    [Fact]
    public async Task Expiry_AfterAJump_FollowsTheClock()
    {
        var key = await api.CreateAsync(body: """{"name":"a day","expires_in_days":1}""");
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        await JumpingAsync(TimeSpan.FromDays(2), async () => (await api.WhoAmIAsync(key)).ShouldBe(401));
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        await JumpingAsync(TimeSpan.FromDays(-2), async () => (await api.WhoAmIAsync(key)).ShouldBe(200));
    }

    [Fact]
    public async Task Window_AfterAJump_RefusesWhatWasSignedBefore()
    {
        var key = await api.CreateAsync();
        var signed = Signed(key, "GET", "/v1/whoami", "");
        await JumpingAsync(TimeSpan.FromSeconds(31), async () => (await SendAsync(signed)).ShouldBe(401));
        await JumpingAsync(TimeSpan.FromSeconds(-31), async () => (await SendAsync(signed)).ShouldBe(401));
        (await SendAsync(signed)).ShouldBe(200);
    }

    /// <summary>What was forgotten while the clock stood ahead must not be taken for new when it is back.</summary>
    [Fact]
    public async Task SingleUse_AfterAJumpForwardAndBack_LetsNothingInTwice()
    {
        var key = await api.CreateAsync(body: """{"name":"once"}""");
        api.Clock.Advance(TimeSpan.FromSeconds(2));
        var once = Signed(key, "POST", "/v1/leads", """{"name":"Maria","email":"maria@example.test"}""");
        (await SendAsync(once)).ShouldBe(201);
        (await SendAsync(once)).ShouldBe(409);
        await JumpingAsync(TimeSpan.FromMinutes(10), async () =>
            (await SendAsync(Signed(key, "POST", "/v1/leads", """{"name":"Ana","email":"ana@example.test"}"""))).ShouldBe(201));
        (await SendAsync(once)).ShouldNotBe(201);
        api.Clock.Advance(TimeSpan.FromMinutes(11));
        (await SendAsync(Signed(key, "POST", "/v1/leads", """{"name":"Rui","email":"rui@example.test"}"""))).ShouldBe(201, "once the clock has passed where it had been");
    }

    [Fact]
    public async Task Limit_AfterAJumpBack_HandsOutNothingAnewAndIsFreeAgainWithinTheHour()
    {
        var key = await api.CreateAsync(body: Everybody.Replace("RATE", "3", StringComparison.Ordinal));
        // A year ahead, one request is counted; back again, that must not bind the key for a year.
        await JumpingAsync(TimeSpan.FromDays(365), async () => (await api.WhoAmIAsync(key)).ShouldBe(200));
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        (await api.WhoAmIAsync(key)).ShouldBe(429);
        await JumpingAsync(TimeSpan.FromDays(-3), async () => (await api.WhoAmIAsync(key)).ShouldBe(429));
        api.Clock.Advance(TimeSpan.FromMinutes(62));
        (await api.WhoAmIAsync(key)).ShouldBe(200);
    }

    [Fact]
    public async Task Audit_WhileTheClockJumps_KeepsItsOrderAndItsChain()
    {
        for (var i = 0; i < 4; i++)
        {
            await JumpingAsync(TimeSpan.FromDays(i % 2 == 0 ? -30 : 30), () => api.CreateAsync());
        }

        var verdict = await api.Dashboard.Services.GetRequiredService<AuditVerification>().VerifyAsync("11111111-1111-4111-8111-111111111111");
        verdict.Whole.ShouldBeTrue();
        await using var db = api.Dashboard.Services.GetRequiredService<Database>().Read("11111111-1111-4111-8111-111111111111");
        var entries = await db.Set<AuditEntry>().OrderBy(e => e.Sequence).ToListAsync();
        entries.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, entries.Count).Select(i => (long)i));
        entries.Zip(entries.Skip(1)).ShouldContain(pair => pair.First.At > pair.Second.At, "the entries say what the clock said");
    }

    [Fact]
    public async Task Usage_AfterAJumpBack_IsExactAndShowsTheLatestUse()
    {
        var key = await api.CreateAsync();
        await JumpingAsync(TimeSpan.FromDays(365), async () =>
        {
            (await api.WhoAmIAsync(key)).ShouldBe(200);
            await FlushAsync();
        });
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        await FlushAsync();

        var shown = (await api.SendAsync("admin@acme.test", "GET", "/v1/api-keys/" + key.GetProperty("id").GetString())).Data;
        shown.GetProperty("usage_count").GetInt64().ShouldBe(3);
        shown.GetProperty("last_used_at").GetDateTimeOffset().ShouldBeLessThanOrEqualTo(api.Clock.GetUtcNow());
    }

    private async Task FlushAsync() => (await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();

    /// <summary>Moves the wall clock, acts, and moves it back; no timer notices.</summary>
    private async Task JumpingAsync(TimeSpan by, Func<Task> act)
    {
        var before = api.Clock.GetUtcNow();
        api.Clock.AdjustTime(before + by);
        try
        {
            await act();
        }
        finally
        {
            api.Clock.AdjustTime(before);
        }
    }

    private (string Method, string Target, string Body, string Header) Signed(System.Text.Json.JsonElement key, string method, string target, string body) =>
        (method, target, body, RequestSigner.Authorization(
            key.GetProperty("api_key").GetString()!,
            key.GetProperty("api_key_secret").GetString()!,
            api.Clock.GetUtcNow().ToUnixTimeSeconds(),
            method,
            target,
            System.Text.Encoding.UTF8.GetBytes(body)));

    private async Task<int> SendAsync((string Method, string Target, string Body, string Header) signed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(signed.Method), signed.Target);
        request.Headers.TryAddWithoutValidation("Authorization", signed.Header);
        if (signed.Body.Length > 0)
        {
            request.Content = new StringContent(signed.Body, System.Text.Encoding.UTF8, "application/json");
        }

        using var answer = await api.Dashboard.Client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
