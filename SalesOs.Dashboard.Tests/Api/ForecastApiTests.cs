using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Tests.Integration;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class ForecastApiTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    [Theory]
    [InlineData("admin@acme.test")]
    [InlineData("auditor@acme.test")]
    public async Task Forecast_OfAUsedKey_TellsWhatEachSettingWouldHaveRefused(string caller)
    {
        var key = await api.CreateAsync();
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();

        var reply = await ForetellAsync(key, """{"scopes":["leads:read"],"allowed_ips":["203.0.113.0/24"],"rate_limit":1,"days":7}""", caller);

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Data.GetProperty("requests").GetInt64().ShouldBe(2);
        reply.Data.GetProperty("scopes").GetRawText().ShouldBe("""{"refused":0,"exact":true,"reason":null,"by_route":[],"by_caller":[],"by_hour":[]}""", "whoami needs no scope");
        var addresses = reply.Data.GetProperty("allowed_ips");
        (addresses.GetProperty("refused").GetInt64(), addresses.GetProperty("exact").GetBoolean()).ShouldBe((2, true));
        addresses.GetProperty("by_caller")[0].GetProperty("address").GetString().ShouldBe("127.0.0.1");
        addresses.GetProperty("by_hour").ValueKind.ShouldBe(JsonValueKind.Null, "it is not counted");
        reply.Data.GetProperty("rate_limit").GetProperty("by_hour")[0].GetProperty("refused").GetInt64().ShouldBe(1);
        var least = reply.Data.GetProperty("suggestion");
        least.GetProperty("scopes_reason").GetString().ShouldBe("no_scope_used");
        least.GetProperty("allowed_ips")[0].GetString().ShouldBe("127.0.0.1");
        least.GetProperty("rate_limit").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Forecast_OfNothingProposed_HasTheSuggestionAlone()
    {
        var reply = await ForetellAsync(await api.CreateAsync(), body: null);

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Data.GetProperty("scopes").ValueKind.ShouldBe(JsonValueKind.Null);
        reply.Data.GetProperty("suggestion").GetProperty("rate_limit_reason").GetString().ShouldBe("no_requests");
    }

    [Theory]
    [InlineData("""{"scopes":["leads:delete"]}""", "scopes")]
    [InlineData("""{"allowed_ips":["10.0.0.1/8"]}""", "allowed_ips")]
    [InlineData("""{"rate_limit":0}""", "rate_limit")]
    [InlineData("""{"days":91}""", "days")]
    [InlineData("""{"days":0}""", "days")]
    [InlineData("""{"dayz":1}""", "dayz")]
    public async Task Forecast_OfNonsense_NamesTheField(string body, string field)
    {
        var reply = await ForetellAsync(await api.CreateAsync(), body);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        reply.Json.GetProperty("error").GetProperty("details").EnumerateArray().ShouldContain(fault => fault.GetProperty("field").GetString() == field);
    }

    [Fact]
    public async Task Forecast_OfAnotherTenantsKeyOrNone_Is404()
    {
        var key = await api.CreateAsync();

        (await ForetellAsync(key, "{}", "admin@beta.test")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await api.SendAsync("admin@acme.test", "POST", "/v1/api-keys/none/forecast", "{}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ForetellAsync(key, "{}", "manager@acme.test")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Excess_IsAMarkAFilterAndAFigure()
    {
        var key = await api.CreateAsync(body: """{"name":"Wide","scopes":["leads:read"]}""");
        (await api.WhoAmIAsync(key)).ShouldBe(200);
        await api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(31));
        await api.Dashboard.Services.GetRequiredService<ExcessMarker>().MarkAsync();

        var list = await api.SendAsync("auditor@acme.test", "GET", "/v1/api-keys?mark=excess");

        var wide = list.Json.GetProperty("data").EnumerateArray().Single(k => k.GetProperty("name").GetString() == "Wide");
        wide.GetProperty("marks").EnumerateArray().ShouldContain(m => m.GetString() == "excess");
        (await api.SendAsync("auditor@acme.test", "GET", "/v1/api-keys/totals")).Data.GetProperty("excess").GetInt64().ShouldBe(list.Json.GetProperty("meta").GetProperty("total").GetInt64());
        (await api.SendAsync("auditor@acme.test", "GET", "/v1/api-keys?mark=expiring")).Json.GetProperty("data").EnumerateArray().ShouldNotContain(k => k.GetProperty("name").GetString() == "Wide");
        (await api.SendAsync("auditor@acme.test", "GET", "/v1/api-keys?mark=none")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private Task<Reply> ForetellAsync(JsonElement key, string? body, string caller = "auditor@acme.test") =>
        api.SendAsync(caller, "POST", $"/v1/api-keys/{key.GetProperty("id").GetString()}/forecast", body);
}
