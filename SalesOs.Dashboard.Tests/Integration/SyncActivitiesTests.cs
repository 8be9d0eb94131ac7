using System.Globalization;
using System.Net;

namespace SalesOs.Dashboard.Tests.Integration;

public class SyncActivitiesTests
{
    private const string Target = "/functions/v1/default-integration";

    [Fact]
    public async Task Sync_MixedBatch_AddsUpToTheTotal()
    {
        await using var host = await StartWithAnaAsync();
        await PostRowsAsync(host, Row("seen"));

        var reply = await PostRowsAsync(host, Row("new"), Row("seen"), Row("new"), Row("x", "bob@example.com"), Row("y", "broken"), Row("z", "a b@c"));

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Data.GetRawText().ShouldBe(
            """{"processed":1,"skipped":1,"duplicates":2,"errors":["row 4: collaborator_email is not an e-mail address","row 5: collaborator_email is not an e-mail address"],"total":6}""");
    }

    [Fact]
    public async Task Sync_FaultyRows_RefuseTheWholeBatchWithEveryFault()
    {
        await using var host = await StartWithAnaAsync();

        var reply = await PostRowsAsync(
            host,
            Row("good"),
            """{"activity_code":1,"external_id":"a","collaborator_email":"ana@example.com","occurred_at":"yesterday"}""",
            """{"activity_code":"000"}""",
            "[]",
            $$"""{"activity_code":"001","external_id":"{{new string('x', 256)}}","collaborator_email":"ana@example.com","data":[],"extra":true}""",
            """{"activity_code":"001","external_id":"","collaborator_email":null}""");

        reply.ShouldBeInvalid(
            "1:activity_code must be a string",
            "1:occurred_at must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z",
            "2:activity_code must be three digits from 001 to 999",
            "2:external_id is required",
            "2:collaborator_email is required",
            "3:activities must be an object",
            "4:extra is not a known field",
            "4:external_id must have at most 255 characters",
            "4:data must be an object",
            "5:external_id is required",
            "5:collaborator_email is required");
        (await PostRowsAsync(host, Row("good"))).Data.GetProperty("processed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Sync_HundredsOfFaults_ListsAHundredAndSaysSo()
    {
        await using var host = await IntegrationHost.StartAsync();

        var reply = await PostRowsAsync(host, [.. Enumerable.Repeat("{}", 1000)]);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        reply.Details.Count.ShouldBe(100);
        reply.Message.ShouldBe("The request has 3000 faults; details names the first 100.");
    }

    [Fact]
    public async Task Sync_1000Rows_PassAnd1001DoNot()
    {
        await using var host = await StartWithAnaAsync();
        var rows = Enumerable.Range(0, 1001).Select(i => Row(i.ToString(CultureInfo.InvariantCulture))).ToArray();

        (await PostRowsAsync(host, rows)).ShouldBeInvalid("activities must have at most 1000 rows");
        (await PostRowsAsync(host, rows[..1000])).Data.GetProperty("processed").GetInt32().ShouldBe(1000);
    }

    [Theory]
    [InlineData("""{"action":"sync_activities"}""", "activities is required")]
    [InlineData("""{"action":"sync_activities","activities":[]}""", "activities must not be empty")]
    [InlineData("""{"action":"sync_activities","activities":7}""", "activities must be an array")]
    [InlineData("""{"action":"sync_activities","activities":[],"collaborators":[]}""", "activities must not be empty|collaborators is not a known field of this action")]
    public async Task Sync_WrongShape_IsInvalid(string body, string details)
    {
        await using var host = await IntegrationHost.StartAsync();

        (await host.PostAsync(Target, body)).ShouldBeInvalid(details.Split('|'));
    }

    [Fact]
    public async Task Sync_OtherTenantAndEnvironment_KnowNothingOfIt()
    {
        await using var host = await StartWithAnaAsync();
        await PostRowsAsync(host, Row("a"));

        foreach (var key in new[] { IntegrationHost.Test, IntegrationHost.Other })
        {
            host.Key = key;
            (await PostRowsAsync(host, Row("a"))).Data.GetProperty("skipped").GetInt32().ShouldBe(1);
        }
    }

    private static string Row(string externalId, string email = "Ana@example.com") =>
        $$"""{"activity_code":"042","external_id":"{{externalId}}","collaborator_email":"{{email}}","data":{"k":1},"occurred_at":"2026-11-01T10:00:00-03:00"}""";

    private static Task<Reply> PostRowsAsync(IntegrationHost host, params string[] rows) =>
        host.PostAsync(Target, $$"""{"action":"sync_activities","activities":[{{string.Join(',', rows)}}]}""");

    private static async Task<IntegrationHost> StartWithAnaAsync()
    {
        var host = await IntegrationHost.StartAsync();
        await host.PostAsync(Target, """{"action":"sync_collaborators","collaborators":[{"external_id":"1","name":"Ana","email":"ana@example.com"}]}""");
        return host;
    }
}
