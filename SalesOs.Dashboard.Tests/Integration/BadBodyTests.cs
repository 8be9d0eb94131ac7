using System.Net;
using System.Text;

namespace SalesOs.Dashboard.Tests.Integration;

public class BadBodyTests
{
    private static readonly (HttpMethod Method, string Target)[] Calls =
    [
        (HttpMethod.Post, "/functions/v1/default-integration"),
        (HttpMethod.Post, "/v1/leads"),
        (HttpMethod.Patch, "/v1/leads/01990000-0000-7000-8000-000000000000"),
    ];

    public static TheoryData<string, byte[]> Broken
    {
        get
        {
            var data = new TheoryData<string, byte[]>
            {
                { "empty", [] },
                { "byte order mark", [0xEF, 0xBB, 0xBF, .. "{}"u8] },
                { "UTF-16", Encoding.Unicode.GetBytes("{}") },
                { "broken UTF-8", [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8] },
                { "overlong UTF-8", [.. "{\"name\":\""u8, 0xC0, 0xAF, .. "\"}"u8] },
                { "surrogate in UTF-8", [.. "{\"name\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8] },
                { "33 levels", Encoding.UTF8.GetBytes("{\"name\":" + new string('[', 32) + new string(']', 32) + "}") },
                { "100,000 levels", Encoding.UTF8.GetBytes(new string('[', 100_000)) },
            };
            foreach (var text in new[]
            {
                " ", "{", "}", "[", "[]", "[{}]", "null", "true", "0", "\"{}\"", "{} x", "{}{}", "{}\0", "{},", "{'a':1}", "{a:1}", "{\"a\":}", "{\"a\"}",
                "{\"a\":1,}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":0x1}", "{\"a\":tru}",
                "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "// c\n{}", "{/* c */}", "{\"name\":\"\\uD800\"}", "{\"name\":\"\\uDC00\\uD800\"}",
                "{\"\\uD800\":1}", "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":\"a\",\"n\\u0061me\":\"b\"}", "{\"custom_fields\":{\"a\":1,\"a\":2}}",
                "{\"tags\":[{\"a\":1,\"a\":2}]}", "<xml/>", "name=a",
            })
            {
                data.Add(text, Encoding.UTF8.GetBytes(text));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task AnyCall_BrokenJson_IsInvalid(string what, byte[] body)
    {
        await using var host = await IntegrationHost.StartAsync();

        foreach (var (method, target) in Calls)
        {
            var reply = await host.SendAsync(method, target, body);

            reply.Status.ShouldBe(HttpStatusCode.BadRequest, what);
            reply.Code.ShouldBe("VALIDATION_ERROR");
            reply.Message.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("application/jsonx")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-8; charset=utf-16")]
    [InlineData("application/json, application/json")]
    [InlineData(";;;")]
    public async Task AnyCall_WrongContentType_IsUnsupported(string? contentType)
    {
        await using var host = await IntegrationHost.StartAsync();

        foreach (var (method, target) in Calls)
        {
            var reply = await host.SendAsync(method, target, "{}"u8.ToArray(), contentType);

            reply.Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
            reply.Code.ShouldBe("UNSUPPORTED_MEDIA_TYPE");
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    public async Task AnyCall_JsonContentType_IsRead(string contentType)
    {
        await using var host = await IntegrationHost.StartAsync();

        (await host.SendAsync(HttpMethod.Post, "/v1/leads", """{"name":"Rui","phone":"1"}"""u8.ToArray(), contentType)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("{}", "action is required")]
    [InlineData("""{"action":null}""", "action must not be null")]
    [InlineData("""{"action":1}""", "action must be one of sync_collaborators, sync_activities")]
    [InlineData("""{"action":"drop"}""", "action must be one of sync_collaborators, sync_activities")]
    [InlineData("""{"action":"SyncActivities"}""", "action must be one of sync_collaborators, sync_activities")]
    [InlineData("""{"action":"0"}""", "action must be one of sync_collaborators, sync_activities")]
    [InlineData("""{"Action":"sync_activities","x":1}""", "Action is not a known field|x is not a known field|action is required")]
    [InlineData("""{"action":"sync_activities","action":"sync_activities"}""", "action appears more than once in one object")]
    public async Task DefaultIntegration_WrongAction_IsInvalid(string body, string details)
    {
        await using var host = await IntegrationHost.StartAsync();

        (await host.PostAsync("/functions/v1/default-integration", body)).ShouldBeInvalid(details.Split('|'));
    }
}
