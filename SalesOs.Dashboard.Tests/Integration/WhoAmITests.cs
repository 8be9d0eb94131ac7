using System.Net;

namespace SalesOs.Dashboard.Tests.Integration;

public class WhoAmITests
{
    [Fact]
    public async Task WhoAmI_AnyKey_TellsTheKeyAndItsRate()
    {
        await using var host = await IntegrationHost.StartAsync();
        host.Key = IntegrationHost.Test;

        var reply = await host.GetAsync("/v1/whoami");

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Data.GetRawText().ShouldBe(
            """{"tenant_id":"acme","name":"ERP","key_prefix":"sk_test_01234567","environment":"test","scopes":["default:sync"],"rate_limit":1000,"remaining":997,"reset_at":"2026-11-22T12:01:00.000Z","expires_at":null}""");
    }
}
