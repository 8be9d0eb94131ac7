using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Integration;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class KeyUsageTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";
    private const string Auditor = "auditor@acme.test";

    [Fact]
    public async Task Usage_OfAUsedKey_TellsSeriesTotalsRoutesAndOutcomes()
    {
        var key = await api.CreateAsync(Admin, """{"name":"used","scopes":["leads:read"]}""");
        await SignedAsync(key, "GET", "/v1/whoami");
        await SignedAsync(key, "GET", "/v1/whoami", skew: 1);
        await SignedAsync(key, "GET", "/v1/leads/nothing");
        await SignedAsync(key, "POST", "/v1/leads", body: "{}");
        await FlushAsync();

        var reply = await api.SendAsync(Auditor, "GET", Target(key) + "/usage?step=minute");

        reply.Data.EnumerateObject().Select(p => p.Name).ShouldBe(["from", "to", "step", "series", "totals", "by_route", "by_outcome"]);
        reply.Data.GetProperty("step").GetString().ShouldBe("minute");
        reply.Data.GetProperty("totals").GetRawText().ShouldBe("""{"let_in":3,"refused":1,"succeeded":2,"client_errors":1,"server_errors":0}""");
        reply.Data.GetProperty("by_outcome").GetRawText().ShouldBe("""[{"outcome":"let_in","count":3},{"outcome":"missing_scope","count":1}]""");
        reply.Data.GetProperty("by_route").EnumerateArray().Select(r => r.GetProperty("route").GetString()).ShouldBe(["GET /v1/whoami", "GET /v1/leads/{id}", "POST /v1/leads"]);
        var series = reply.Data.GetProperty("series").EnumerateArray().ToList();
        series.Count.ShouldBe(24 * 60);
        series.Sum(p => p.GetProperty("let_in").GetInt64()).ShouldBe(3);
        series.Sum(p => p.GetProperty("refused").GetInt64()).ShouldBe(1);
    }

    [Theory]
    [InlineData("step=second", "step must be one of minute, hour, day")]
    [InlineData("step=Hour", "step must be one of minute, hour, day")]
    [InlineData("step=hour&step=day", "step is given more than once")]
    [InlineData("from=yesterday", "from must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z; write + as %2B")]
    [InlineData("from=2026-01-01", "from must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z; write + as %2B")]
    [InlineData("from=9999-01-01T00:00:00Z", "from must not be after to")]
    [InlineData("from=0001-01-01T00:00:00Z", "from lies further back than the last 2160 hours, for which such steps are kept; ask for longer steps")]
    [InlineData("to=0001-01-01T00:00:00Z", "from lies further back than the last 2160 hours, for which such steps are kept; ask for longer steps")]
    [InlineData("step=minute&from={days:-3}", "from lies further back than the last 48 hours, for which such steps are kept; ask for longer steps")]
    [InlineData("step=day&from={days:-500}", "from lies further back than the last 9600 hours, for which such steps are kept; ask for longer steps")]
    public async Task Usage_OfAnImpossibleTime_NamesTheFault(string query, string detail)
    {
        var days = query.IndexOf("{days:", StringComparison.Ordinal);
        if (days >= 0)
        {
            var time = api.Clock.GetUtcNow().AddDays(int.Parse(query[(days + 6)..^1], CultureInfo.InvariantCulture));
            query = query[..days] + time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        (await api.SendAsync(Auditor, "GET", $"{Target(await api.CreateAsync())}/usage?{query}")).ShouldBeInvalid(detail);
    }

    [Fact]
    public async Task Callers_OfAUsedKey_AreListedWithWhatIsMissing()
    {
        var key = await api.CreateAsync();
        await SignedAsync(key, "GET", "/v1/whoami", agent: "one/1");
        await SignedAsync(key, "GET", "/v1/whoami", skew: 1, agent: "one/1");
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        await SignedAsync(key, "GET", "/v1/whoami", agent: "two/1");
        await FlushAsync();

        var reply = await api.SendAsync(Auditor, "GET", Target(key) + "/callers");

        var callers = reply.Data.EnumerateArray().ToList();
        callers.Select(c => $"{c.GetProperty("address").GetString()} {c.GetProperty("agent").GetString()} {c.GetProperty("count").GetInt32()}").ShouldBe(["127.0.0.1 two/1 1", "127.0.0.1 one/1 2"]);
        callers[1].GetProperty("first_seen_at").GetDateTimeOffset().ShouldBeLessThan(callers[0].GetProperty("first_seen_at").GetDateTimeOffset());
        reply.Meta.GetProperty("total").GetInt32().ShouldBe(2);
        reply.Meta.GetProperty("gaps").GetRawText().ShouldBe("""{"callers_forgotten":0,"requests_missed":0}""");
        var second = await api.SendAsync(Auditor, "GET", Target(key) + "/callers?per_page=1&page=2");
        second.Data.EnumerateArray().Single().GetProperty("agent").GetString().ShouldBe("one/1");
        second.Meta.GetProperty("total_pages").GetInt32().ShouldBe(2);
        (await api.SendAsync(Auditor, "GET", Target(key) + "/callers?page=10000000&per_page=100")).Data.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Rejections_OfAKey_TellTheTrueReasonInPlainWords()
    {
        var key = await api.CreateAsync(Admin, """{"name":"refused","scopes":["leads:read"]}""");
        var wrong = await SignedAsync(key, "GET", "/v1/leads?a=1", signedTarget: "/v1/leads");
        wrong.Status.ShouldBe(401);
        var scope = await SignedAsync(key, "POST", "/v1/leads", body: "{}");
        scope.Status.ShouldBe(403);
        var list = await RejectionsAsync(key, 2);

        list.Meta.GetProperty("gaps").GetRawText().ShouldBe("""{"rejections_dropped":0}""");
        var found = await api.SendAsync(Auditor, "GET", "/v1/rejections/" + wrong["X-Request-Id"]);
        found.Data.GetProperty("outcome").GetString().ShouldBe("bad_signature");
        found.Data.GetProperty("mistake").GetString().ShouldBe("query_left_out");
        found.Data.GetProperty("diagnosis").GetString()!.ShouldStartWith("The query was left out of PATH.");
        found.Data.GetProperty("key_id").GetString().ShouldBe(key.GetProperty("id").GetString());
        found.Data.GetProperty("proven").GetBoolean().ShouldBeFalse();
        list.Data.EnumerateArray().Single(r => r.GetProperty("request_id").GetString() == wrong["X-Request-Id"]).GetRawText().ShouldBe(found.Data.GetRawText());
        var proven = (await api.SendAsync(Auditor, "GET", Target(key) + "/rejections?proven=true")).Data.EnumerateArray().Single();
        proven.GetProperty("outcome").GetString().ShouldBe("missing_scope");
        proven.GetProperty("mistake").ValueKind.ShouldBe(JsonValueKind.Null);
        proven.GetProperty("diagnosis").GetString().ShouldBe("The API key lacks the scope leads:write.");
        (await api.SendAsync(Auditor, "GET", Target(key) + "/rejections?proven=false")).Data.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Rejection_OfAnotherTenant_AnswersAsOneThatNeverWas()
    {
        var key = await api.CreateAsync("admin@beta.test");
        var refused = await SignedAsync(key, "GET", "/v1/whoami?a", signedTarget: "/v1/whoami");
        await RejectionsAsync(key, 1, "admin@beta.test");
        (await api.SendAsync("admin@beta.test", "GET", "/v1/rejections/" + refused["X-Request-Id"])).Data.GetProperty("mistake").GetString().ShouldBe("query_left_out");

        var foreign = await api.SendAsync(Admin, "GET", "/v1/rejections/" + refused["X-Request-Id"]);

        foreach (var id in new[] { Guid.CreateVersion7().ToString(), "1", Guid.Empty.ToString() })
        {
            var absent = await api.SendAsync(Admin, "GET", "/v1/rejections/" + id);
            ((int)absent.Status).ShouldBe(404);
            absent.Json.GetProperty("error").GetRawText().ShouldBe(foreign.Json.GetProperty("error").GetRawText());
        }
    }

    [Theory]
    [InlineData("/callers?page=0", "page must be a whole number from 1 to 10000000")]
    [InlineData("/rejections?per_page=x", "per_page must be a whole number from 1 to 100")]
    [InlineData("/rejections?proven=1", "proven must be one of true, false")]
    public async Task List_WithAFaultyQuery_NamesTheFault(string query, string detail) =>
        (await api.SendAsync(Auditor, "GET", Target(await api.CreateAsync()) + query)).ShouldBeInvalid(detail);

    private static string Target(JsonElement key) => "/v1/api-keys/" + key.GetProperty("id").GetString();

    private Task<RawAnswer> SignedAsync(JsonElement key, string method, string target, string? signedTarget = null, string body = "", int skew = 0, string agent = "client/1")
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        var header = RequestSigner.Authorization(
            key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, api.Clock.GetUtcNow().ToUnixTimeSeconds() + skew, method, signedTarget ?? target, bytes);
        var request = new RawRequest(method, target) { Body = bytes }.With("Authorization: " + header, "User-Agent: " + agent, "Content-Type: application/json");
        return request.SendAsync(api.Dashboard.BaseAddress);
    }

    private Task FlushAsync() => api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();

    /// <summary>Waits until so many are on record: they are taken down after their answers.</summary>
    private async Task<Reply> RejectionsAsync(JsonElement key, int count, string caller = Auditor)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            await FlushAsync();
            var reply = await api.SendAsync(caller, "GET", Target(key) + "/rejections");
            if (reply.Meta.GetProperty("total").GetInt32() == count)
            {
                return reply;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The refused requests are not on record.");
    }
}
