using System.Net;
using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Integration;

public class SyncCollaboratorsTests
{
    private const string Target = "/functions/v1/default-integration";

    [Fact]
    public async Task Sync_MixedBatch_CountsEachRowOnce()
    {
        await using var host = await IntegrationHost.StartAsync();
        await PostRowsAsync(host, Row("known@example.com"));

        var reply = await PostRowsAsync(
            host,
            Row("new@example.com"),
            Row("KNOWN@example.com"),
            Row("New@example.com"),
            """{"external_id":"x"}""",
            """{"external_id":"x","name":"n","email":"broken"}""",
            """{"external_id":1,"name":"n","email":"a@b.c","phone":2,"nickname":"z"}""",
            "7");

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Data.GetProperty("created").GetInt32().ShouldBe(1);
        reply.Data.GetProperty("existing").GetInt32().ShouldBe(2);
        reply.Data.GetProperty("total").GetInt32().ShouldBe(7);
        reply.Data.GetProperty("errors").EnumerateArray().Select(e => e.GetString()).ShouldBe(
        [
            "row 3: name is required; email is required",
            "row 4: email is not an e-mail address",
            "row 5: external_id must be a string; phone must be a string; nickname is not a known field",
            "row 6: collaborators must be an object",
        ]);
    }

    [Fact]
    public async Task Sync_AllOptionalFields_AreTaken()
    {
        await using var host = await IntegrationHost.StartAsync();

        var reply = await PostRowsAsync(
            host,
            """{"external_id":"1","name":"Ana","email":"a@b.c","phone":"1","document":"2","team":"t","role":"r","metadata":{"a":[1,{"b":null}]}}""",
            """{"external_id":"2","name":"Bia","email":"b@b.c","phone":null,"document":null,"team":null,"role":null,"metadata":null}""");

        reply.Data.GetRawText().ShouldBe("""{"created":2,"existing":0,"errors":[],"total":2}""");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    public async Task Sync_MetadataThatIsNoObject_IsAFaultyRow(string metadata)
    {
        await using var host = await IntegrationHost.StartAsync();

        var reply = await PostRowsAsync(host, $$"""{"external_id":"1","name":"Ana","email":"a@b.c","metadata":{{metadata}}}""");

        reply.Data.GetRawText().ShouldBe("""{"created":0,"existing":0,"errors":["row 0: metadata must be an object"],"total":1}""");
    }

    [Fact]
    public async Task Sync_500Rows_PassAnd501DoNot()
    {
        await using var host = await IntegrationHost.StartAsync();
        var rows = Enumerable.Range(0, 501).Select(i => Row($"p{i}@example.com")).ToArray();

        (await PostRowsAsync(host, rows)).ShouldBeInvalid("collaborators must have at most 500 rows");
        (await PostRowsAsync(host, rows[..500])).Data.GetProperty("created").GetInt32().ShouldBe(500);
    }

    [Theory]
    [InlineData("""{"action":"sync_collaborators"}""", "collaborators is required")]
    [InlineData("""{"action":"sync_collaborators","collaborators":[]}""", "collaborators must not be empty")]
    [InlineData("""{"action":"sync_collaborators","collaborators":null}""", "collaborators must be an array")]
    [InlineData("""{"action":"sync_collaborators","collaborators":{}}""", "collaborators must be an array")]
    [InlineData("""{"action":"sync_collaborators","collaborators":"x"}""", "collaborators must be an array")]
    [InlineData("""{"action":"sync_collaborators","collaborators":[{}],"extra":1}""", "extra is not a known field")]
    [InlineData("""{"action":"sync_collaborators","activities":[{}]}""", "collaborators is required|activities is not a known field of this action")]
    public async Task Sync_WrongShape_IsInvalid(string body, string details)
    {
        await using var host = await IntegrationHost.StartAsync();

        (await host.PostAsync(Target, body)).ShouldBeInvalid(details.Split('|'));
    }

    [Fact]
    public async Task Sync_OtherTenantAndEnvironment_KnowNothingOfIt()
    {
        await using var host = await IntegrationHost.StartAsync();
        await PostRowsAsync(host, Row("a@b.c"));

        foreach (var key in new[] { IntegrationHost.Test, IntegrationHost.Other })
        {
            host.Key = key;
            (await PostRowsAsync(host, Row("a@b.c"))).Data.GetProperty("created").GetInt32().ShouldBe(1);
        }
    }

    private static string Row(string email) => JsonSerializer.Serialize(new { external_id = "c", name = "Ana", email });

    private static Task<Reply> PostRowsAsync(IntegrationHost host, params string[] rows) =>
        host.PostAsync(Target, $$"""{"action":"sync_collaborators","collaborators":[{{string.Join(',', rows)}}]}""");
}
