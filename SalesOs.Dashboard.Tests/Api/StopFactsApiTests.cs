using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Tests.Integration;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class StopFactsApiTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    [Fact]
    public async Task Facts_OfAUsedKey_TellWhatStopsAndHowItsSilenceStands()
    {
        var key = await api.CreateAsync();
        for (var day = 0; day < 6; day++)
        {
            (await api.WhoAmIAsync(key)).ShouldBe(200);
            await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
            api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(1));
        }

        var facts = (await FactsAsync(key)).Data;

        facts.GetProperty("latest").GetProperty("address").GetString().ShouldBe("127.0.0.1");
        facts.GetProperty("longest_usual_silence").GetInt64().ShouldBe(86_400);
        var since = facts.GetProperty("silent_since").GetDateTimeOffset();
        since.ShouldBe(api.Clock.GetUtcNow().AddDays(-1), TimeSpan.FromSeconds(1));
        facts.GetProperty("quiet").GetBoolean().ShouldBeFalse("the usual gap is not over");
        (facts.GetProperty("next_expected").GetDateTimeOffset() - since).ShouldBeLessThanOrEqualTo(TimeSpan.FromDays(1));
        api.Clock.AdjustTime(facts.GetProperty("quiet_from").GetDateTimeOffset());
        (await FactsAsync(key)).Data.GetProperty("quiet").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Facts_OfARevokedKey_AreNone()
    {
        var key = await api.CreateAsync();
        await api.SendAsync("admin@acme.test", "POST", $"/v1/api-keys/{key.GetProperty("id").GetString()}/revoke");

        (await FactsAsync(key)).Data.GetRawText().ShouldBe(
            """{"requests":0,"addresses":0,"latest":null,"quiet":false,"silent_since":null,"quiet_from":null,"longest_usual_silence":null,"next_expected":null}""");
    }

    private Task<Reply> FactsAsync(System.Text.Json.JsonElement key) => api.SendAsync("auditor@acme.test", "GET", $"/v1/api-keys/{key.GetProperty("id").GetString()}/stop-facts");
}
