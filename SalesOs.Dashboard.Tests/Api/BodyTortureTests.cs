using System.Text;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Whatever is sent as a body, a program gets a 2xx or a 4xx in the envelope, and the log no error.</summary>
public sealed class BodyTortureTests
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-0", "99999999999999999999", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "[]", "[null]", "[1]", "[\"\"]", "[[]]", "[{}]", "{}",
        "{\"a\":{\"b\":[1]}}", "\"2026-02-30T00:00:00Z\"", "\"9999-12-31T23:59:59.999Z\"", "\"0001-01-01T00:00:00Z\"", "\"sync_activities\"",
    ];

    [Fact]
    public async Task EveryBodyTakingRoute_WithTheTortureList_GivesTwoOrFourHundredsInTheEnvelope()
    {
        var log = new LogLines();
        await using var dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Logging.ClearProviders().AddProvider(log),
            settings: [Platform.Setting]);
        var contract = await ApiContract.CurrentAsync();
        var key = await CreateAsync(dashboard);
        var routes = contract.Document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Where(o => o.Value!["requestBody"] is not null).Select(o => (Method: o.Key.ToUpperInvariant(), Path: path.Key, Operation: o.Value!)))
            .ToList();
        routes.Count.ShouldBe(8);
        foreach (var (method, path, operation) in routes)
        {
            var target = path.Replace("{id}", key.Id, StringComparison.Ordinal);
            var schema = operation["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>().Split('/')[^1];
            var fields = contract.Document["components"]!["schemas"]![schema]!["properties"]!.AsObject().Select(p => p.Key);
            byte[][] bodies =
            [
                .. BadBodyTests.Broken.Select(row => row.Data.Item2),
                .. fields.SelectMany(field => Values.Select(value => Encoding.UTF8.GetBytes($"{{\"{field}\":{value}}}"))),
                .. fields.Select(field => Encoding.UTF8.GetBytes($"{{\"{field}\":null,\"{field}\":null}}")),
                Encoding.UTF8.GetBytes("{\"unknown\":1}"),
                Encoding.UTF8.GetBytes("{\"name\":\"" + new string('x', 2_000_000) + "\"}"),
            ];
            foreach (var body in bodies)
            {
                var authorization = operation["security"]![0]!["signature"] is not null
                    ? RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), method, target, body)
                    : "Bearer " + Platform.ServiceKey;
                using var request = new HttpRequestMessage(HttpMethod.Parse(method), target) { Content = new ByteArrayContent(body) };
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
                request.Headers.Add("X-Tenant-Id", "torture");
                request.Content.Headers.ContentType = new("application/json");
                // The client shows each answer to the contract.
                using var answer = await dashboard.Client.SendAsync(request);

                ((int)answer.StatusCode).ShouldBeInRange(200, 499, $"{method} {target} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 100)))}");
            }
        }

        log.All.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text).ShouldBeEmpty();
    }

    private static async Task<(string Id, string ApiKey, string Secret)> CreateAsync(RunningDashboard dashboard)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys")
        {
            Content = new StringContent("""{"name":"torture","single_use":false,"rate_limit":1000000}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", "torture");
        using var answer = await dashboard.Client.SendAsync(request);
        var data = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("data");
        return (data.GetProperty("id").GetString()!, data.GetProperty("api_key").GetString()!, data.GetProperty("api_key_secret").GetString()!);
    }
}
