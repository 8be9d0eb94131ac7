using System.Text;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.Gate;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>What is lenient where the standards are: HEAD, and the names that UTF-8 goes by.</summary>
public sealed class HeadTests(OpenGate gate) : IClassFixture<OpenGate>
{
    [Theory]
    [InlineData("/v1/whoami")]
    [InlineData("/v1/leads")]
    [InlineData("/v1/leads/0198a3c0-0000-7000-8000-000000000000")]
    public async Task Head_SignedForHead_AnswersAsGetDoes(string target)
    {
        var key = await gate.MakeAsync();

        var head = await gate.SendAsync(gate.Signed(key, "HEAD", target));
        var get = await gate.SendAsync(gate.Signed(key, "GET", target));

        head.Status.ShouldBe(get.Status);
        head["Content-Type"].ShouldBe(get["Content-Type"]);
        head["X-RateLimit-Limit"].ShouldBe(get["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Head_SignedForGet_Is401()
    {
        var key = await gate.MakeAsync();
        var signed = gate.Signed(key, "GET", "/v1/whoami");

        (await gate.SendAsync(signed with { Method = "HEAD" })).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("/v1/api-keys", 200)]
    [InlineData("/v1/api-keys?page=0", 400)]
    [InlineData("/v1/api-keys/0198a3c0-0000-7000-8000-000000000000", 404)]
    [InlineData("/v1/audit-entries", 200)]
    [InlineData("/v1/audit-entries/export", 200)]
    [InlineData("/v1/api-keys/export", 200)]
    [InlineData("/v1/audit-entries/verification", 200)]
    public async Task Head_OfTheManagementApi_AnswersAsGetDoes(string target, int status)
    {
        var answer = await gate.SendAsync(new RawRequest("HEAD", target).With($"Authorization: Bearer {Platform.ServiceKey}", "X-Tenant-Id: acme"));

        answer.Status.ShouldBe(status);
        answer["X-Request-Id"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("application/json", 201)]
    [InlineData("application/json; charset=utf8", 201)]
    [InlineData("application/json; charset=\"UTF-8\"", 201)]
    [InlineData("application/json;charset=US-ASCII", 201)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=iso-8859-1", 415)]
    [InlineData("application/json; charset=", 415)]
    public async Task Json_UnderANameOfUtf8_IsTaken(string type, int status)
    {
        var key = await gate.MakeAsync();
        var lead = gate.Signed(key, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}"""u8.ToArray()).With($"Content-Type: {type}");

        (await gate.SendAsync(lead)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Faults_ByTheThousand_AreToldInFewWords()
    {
        var key = await gate.MakeAsync(new NewKey("sync"));
        var long_ = new string('n', 5000);
        var many = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"f{i}\":1"));

        var one = await gate.CallAsync(key, "POST", "/v1/leads", $$"""{"{{long_}}":1}""");
        var all = await gate.CallAsync(key, "POST", "/v1/leads", $"{{{many}}}");
        var row = await gate.CallAsync(key, "POST", "/functions/v1/default-integration", $$"""{"action":"sync_collaborators","collaborators":[{{{many}}}]}""");

        one.Json.GetProperty("error").GetProperty("details")[0].GetProperty("field").GetString().ShouldBe(new string('n', 64) + "…");
        all.Json.GetProperty("error").GetProperty("details").GetArrayLength().ShouldBe(100);
        all.Json.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("1000");
        Encoding.UTF8.GetByteCount(row.Body).ShouldBeLessThan(2000);
    }
}
