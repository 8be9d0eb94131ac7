using System.Text;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Tests.Answers;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Walks the OpenAPI document, so that a field which comes later is held to the same forms.</summary>
public sealed class EveryFieldTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string NotWhole = "must be a whole number";

    private static readonly string[] Tenant = ["fields"];

    [Fact]
    public async Task Time_InAnyQuery_IsRfc3339AndNothingElse()
    {
        await using var host = await IntegrationHost.StartAsync();
        var walked = 0;
        foreach (var (method, path, name, schema) in await QueriesAsync())
        {
            if (schema["format"]?.GetValue<string>() != "date-time")
            {
                continue;
            }

            walked++;
            await ShouldJudgeAsync(text => SendAsync(host, method, $"{path}?{name}={Uri.EscapeDataString(text)}"), name, Rfc3339.Rule + "; write + as %2B");
        }

        walked.ShouldBeGreaterThanOrEqualTo(8);
    }

    [Fact]
    public async Task Time_InAnyBody_IsRfc3339AndNothingElse()
    {
        await using var host = await IntegrationHost.StartAsync();
        var walked = 0;
        foreach (var (method, path, field, body) in await BodiesAsync(schema => schema["format"]?.GetValue<string>() == "date-time"))
        {
            walked++;
            await ShouldJudgeAsync(text => SendAsync(host, method, path, body(JsonValue.Create(text).ToJsonString())), field, Rfc3339.Rule);
        }

        walked.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Integer_InAnyBody_IsANumberWithoutAFractionHoweverWritten()
    {
        await using var host = await IntegrationHost.StartAsync();
        var walked = 0;
        foreach (var (method, path, field, body) in await BodiesAsync(schema => TypesOf(schema).Contains("integer", StringComparer.Ordinal)))
        {
            walked++;
            foreach (var (json, isWhole) in new[] { ("7", true), ("7.0", true), ("7.000e0", true), ("1e1", true), ("70e-1", true), ("7.5", false), ("1e-1", false), ("1e400", false), ("\"7\"", false) })
            {
                var reply = await SendAsync(host, method, path, body(json));

                reply.Details.Any(d => d.EndsWith($"{field} {NotWhole}", StringComparison.Ordinal)).ShouldBe(!isWhole, $"{method} {path} {field} {json}");
            }
        }

        walked.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task Query_LeftEmpty_IsNotGiven()
    {
        await using var host = await IntegrationHost.StartAsync();
        var walked = 0;
        foreach (var (method, path, name, _) in await QueriesAsync())
        {
            var empty = await SendAsync(host, method, $"{path}?{name}=");

            empty.Status.ShouldBe((await SendAsync(host, method, path)).Status, $"{path}?{name}= {empty.Json}");
            walked++;
        }

        walked.ShouldBeGreaterThan(25);
    }

    [Fact]
    public async Task Create_WithAWholeNumberWithADecimalPoint_MakesTheKey() =>
        (await api.CreateAsync("platform", """{"name":"ERP","rate_limit":1000.0,"expires_in_days":9e1}""", Tenant)).GetProperty("rate_limit").GetRawText().ShouldBe("1000");

    private static async Task ShouldJudgeAsync(Func<string, Task<Reply>> send, string field, string rule)
    {
        foreach (var text in Rfc3339Tests.Times.Select(row => row.Data.Item1))
        {
            var reply = await send(text);
            ((int)reply.Status).ShouldBeLessThan(500);
            IsRefused(reply).ShouldBeFalse(text);
        }

        // Of a query an empty value is not given; a body's is no time.
        foreach (var text in Rfc3339Tests.NoTimes.Select(row => row.Data).Where(text => text.Length > 0))
        {
            IsRefused(await send(text)).ShouldBeTrue(text);
        }

        bool IsRefused(Reply reply) => reply.File is null && reply.Json.TryGetProperty("error", out _) && reply.Details.Any(d => d.EndsWith($"{field} {rule}", StringComparison.Ordinal));
    }

    /// <summary>The names of a path are filled in with ids that nobody has, but for the key's.</summary>
    private async Task<IReadOnlyList<(string Method, string Path, string Name, JsonNode Schema)>> QueriesAsync()
    {
        var key = (await api.CreateAsync("platform", tenant: Tenant)).GetProperty("id").GetString();
        return
        [
            .. from operation in await OperationsAsync()
               from parameter in operation.Operation["parameters"]?.AsArray() ?? []
               where parameter["in"]!.GetValue<string>() == "query"
               select (operation.Method, operation.Path.Replace("/api-keys/{id}", "/api-keys/" + key, StringComparison.Ordinal), parameter["name"]!.GetValue<string>(), parameter["schema"]!),
        ];
    }

    /// <summary>Each field of a body, with what makes a body of its value; the other fields are left out.</summary>
    private static async Task<IReadOnlyList<(string Method, string Path, string Field, Func<string, string> Body)>> BodiesAsync(Func<JsonNode, bool> isWanted)
    {
        var fields = new List<(string Method, string Path, string Field, Func<string, string> Body)>();
        var shapes = (await ApiContract.CurrentAsync()).Document["components"]!["schemas"]!;
        foreach (var (method, path, operation) in await OperationsAsync())
        {
            if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } body)
            {
                foreach (var (name, schema) in Resolved(body)["properties"]!.AsObject())
                {
                    Add(method, path, name, schema!, value => $$"""{"{{name}}":{{value}}}""");
                    foreach (var (inner, of) in schema!["items"] is { } items ? Resolved(items)["properties"]?.AsObject() ?? [] : [])
                    {
                        Add(method, path, inner, of!, value => $$"""{"action":"sync_{{name}}","{{name}}":[{"{{inner}}":{{value}}}]}""");
                    }
                }
            }
        }

        return fields;

        JsonNode Resolved(JsonNode schema) => schema["$ref"]?.GetValue<string>() is { } reference ? shapes[reference.Split('/')[^1]]! : schema;

        void Add(string method, string path, string name, JsonNode schema, Func<string, string> make)
        {
            if (isWanted(Resolved(schema)))
            {
                fields.Add((method, path, name, make));
            }
        }
    }

    private static async Task<IEnumerable<(string Method, string Path, JsonNode Operation)>> OperationsAsync() =>
        from path in (await ApiContract.CurrentAsync()).Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!);

    private static IEnumerable<string> TypesOf(JsonNode schema) => schema["type"] switch
    {
        JsonArray types => types.Select(type => type!.GetValue<string>()),
        { } type => [type.GetValue<string>()],
        null => [],
    };

    /// <summary>As the platform, or as a key where the route is a signed one.</summary>
    private Task<Reply> SendAsync(IntegrationHost host, string method, string target, string? body = null)
    {
        var filled = target.Replace("{id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
            .Replace("{request_id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal).Replace("{sequence}", "1", StringComparison.Ordinal);
        return filled.StartsWith("/v1/leads", StringComparison.Ordinal) || filled.StartsWith("/functions/", StringComparison.Ordinal) || filled.StartsWith("/v1/whoami", StringComparison.Ordinal)
            ? host.SendAsync(HttpMethod.Parse(method), filled, body is null ? null : Encoding.UTF8.GetBytes(body))
            : api.SendAsync("platform", method, filled, body, Tenant);
    }
}
