using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices.Webhooks;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

/// <summary>The whole program by the true clock.</summary>
public class NewAddressInTimeTests
{
    [Fact]
    public async Task Address_ThatIsNew_IsAtAWebhookWithinFiveSeconds()
    {
        await using var receiver = new Receiver();
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--Webhooks:AllowPrivateNetworks=true");
        var made = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin())).Value!;
        (await dashboard.Services.GetRequiredService<NoticeWebhooks>().AddAsync(new NewWebhook(receiver.Url().ToString(), Events: ["key.new_address"]), KeyHouse.Admin())).Done.ShouldBeTrue();
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(KeyHouse.Acme, db =>
        {
            var hour = DateTimeOffset.UtcNow.AddDays(-15).ToUnixTimeSeconds() / 3600 * 3600;
            db.Add(new UsageCount { TenantId = KeyHouse.Acme, KeyId = made.Key.Id, Step = UsageStep.Hour, At = hour, Route = "GET /v1/whoami", Counted = CountedAs.Of(Verdict.LetIn), Count = 1 });
            return Task.FromResult(true);
        });
        var (recorder, began) = (dashboard.Services.GetRequiredService<UsageRecorder>(), TimeProvider.System.GetTimestamp());

        recorder.LetIn(
            dashboard.Services.GetRequiredService<KeyRing>().Find(made.ApiKey)!,
            recorder.RouteNumber("GET /v1/whoami"),
            DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            IPAddress.Parse("203.0.113.9"),
            "agent/1");
        await receiver.FirstAsync();

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        Encoding.UTF8.GetString(receiver.Requests.ShouldHaveSingleItem().Body).ShouldContain("203.0.113.0/24");
    }
}
