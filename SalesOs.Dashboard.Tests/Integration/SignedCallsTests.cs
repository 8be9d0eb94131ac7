using System.Net;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Gate;

namespace SalesOs.Dashboard.Tests.Integration;

/// <summary>The whole way once: a key is made, its requests are signed, the gate lets them in, and the data is its own.</summary>
public sealed class SignedCallsTests(OpenGate gate) : IClassFixture<OpenGate>
{
    [Fact]
    public async Task SignedCalls_KeyWithoutScopes_MaySyncAndReadAndWriteItsOwnData()
    {
        var live = await MakeAsync(KeyEnvironment.Live);
        var test = await MakeAsync(KeyEnvironment.Test);

        var synced = await SendAsync(
            live,
            "POST",
            "/functions/v1/default-integration",
            """{"action":"sync_collaborators","collaborators":[{"external_id":"1","name":"João","email":"joao@example.com"}]}""");
        synced.Data.GetRawText().ShouldBe("""{"created":1,"existing":0,"errors":[],"total":1}""");

        var made = await SendAsync(live, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}""");
        made.Status.ShouldBe(HttpStatusCode.Created);
        var target = "/v1/leads/" + made.Data.GetProperty("id").GetString();
        (await SendAsync(live, "PATCH", target, """{"status":"contacted"}""")).Data.GetProperty("status").GetString().ShouldBe("contacted");

        (await SendAsync(live, "GET", target)).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(test, "GET", target)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(live, "GET", "/v1/leads?status=contacted&page=1")).Meta.GetProperty("total").GetInt32().ShouldBe(1);
        (await SendAsync(test, "GET", "/v1/leads")).Meta.GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task SignedCalls_KeyWithOneScope_OpensThatAlone()
    {
        var writer = await MakeAsync(KeyEnvironment.Live, Scopes.LeadsWrite);

        (await SendAsync(writer, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await SendAsync(writer, "GET", "/v1/whoami")).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var (method, target) in new[] { ("GET", "/v1/leads"), ("GET", "/v1/leads/x"), ("POST", "/functions/v1/default-integration") })
        {
            (await SendAsync(writer, method, target)).Status.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task WhoAmI_SecondCall_TellsWhatIsLeft()
    {
        var key = await MakeAsync(KeyEnvironment.Live, Scopes.LeadsRead);
        await SendAsync(key, "GET", "/v1/whoami");

        var reply = await SendAsync(key, "GET", "/v1/whoami");

        reply.Data.GetProperty("key_prefix").GetString().ShouldBe(key.ApiKey[..16]);
        reply.Data.GetProperty("remaining").GetInt32().ShouldBe(998);
        reply.Headers.GetValues("X-RateLimit-Remaining").ShouldBe(["998"]);
        reply.Data.GetProperty("reset_at").GetDateTimeOffset().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBe(reply.Headers.GetValues("X-RateLimit-Reset").Single());
    }

    private Task<CreatedKey> MakeAsync(KeyEnvironment environment, params string[] scopes) => gate.MakeAsync(new NewKey("ERP", environment, scopes), singleUse: null);

    private async Task<Reply> SendAsync(CreatedKey key, string method, string target, string body = "")
    {
        gate.Clock.Advance(TimeSpan.FromSeconds(1));
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), target);
        request.Headers.TryAddWithoutValidation(
            "Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, method, target, bytes));
        if (bytes.Length > 0)
        {
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new("application/json");
        }

        using var response = await gate.Dashboard.Client.SendAsync(request);
        return new Reply(response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()), response.Headers);
    }
}
