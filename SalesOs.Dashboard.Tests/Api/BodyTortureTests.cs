using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
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

    /// <summary>What each route does something with: into it goes what is wrong, one field at a time.</summary>
    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["POST /v1/api-keys"] = """{"name":"torture"}""",
        ["POST /v1/api-keys/find"] = """{"text":"nothing of ours"}""",
        ["POST /v1/api-keys/revoke"] = """{"ids":["{id}"]}""",
        ["POST /v1/api-keys/pause"] = """{"ids":["{id}"],"reason":"suspected"}""",
        ["POST /v1/api-keys/resume"] = """{"ids":["{id}"]}""",
        ["PATCH /v1/api-keys/{id}"] = """{"notes":"edited"}""",
        ["POST /v1/api-keys/{id}/rotate"] = "{}",
        ["POST /v1/api-keys/{id}/revoke"] = "{}",
        ["POST /v1/api-keys/{id}/pause"] = """{"reason":"suspected"}""",
        ["POST /v1/api-keys/{id}/resume"] = "{}",
        ["POST /v1/api-keys/{id}/brown-outs"] = """{"minutes":5}""",
        ["PATCH /v1/api-keys/{id}/rotation"] = """{"overlap":{"quiet_cycles":2}}""",
        ["POST /v1/api-keys/{id}/rotation/end"] = "{}",
        ["POST /v1/api-keys/{id}/forecast"] = """{"days":30}""",
        ["PUT /v1/policy"] = """{"max_rate_limit":{"level":"warn","value":5000}}""",
        ["POST /v1/policy/forecast"] = """{"max_rate_limit":{"level":"warn","value":5000}}""",
        ["POST /v1/approvals/{id}/approve"] = "{}",
        ["POST /v1/approvals/{id}/decline"] = "{}",
        ["POST /v1/people/{id}/erase"] = "{}",
        ["POST /v1/notices/webhooks"] = """{"url":"https://hooks.example.com/notices"}""",
        ["PATCH /v1/notices/webhooks/{id}"] = """{"description":"edited"}""",
        ["POST /v1/notices/webhooks/{id}/test"] = "{}",
        ["POST /v1/notices/webhooks/{id}/rotate-secret"] = "{}",
        ["POST /v1/notices/emails"] = """{"address":"team@example.com"}""",
        ["PATCH /v1/notices/emails/{id}"] = """{"language":"pt-BR"}""",
        ["POST /v1/notices/deliveries/{id}/resend"] = "{}",
        ["POST /v1/people/{id}/leave"] = "{}",
        ["POST /v1/api-keys/hand-over"] = """{"from":"me","to":"team@example.test"}""",
        ["POST /v1/reviews"] = $$"""{"name":"torture","due_at":"{{DateTimeOffset.UtcNow.AddDays(30):O}}"}""",
        ["POST /v1/reviews/{id}/decisions"] = """{"key_ids":["{key_id}"],"decision":"keep","reason":"needed"}""",
        ["POST /v1/leads"] = """{"name":"Rui","phone":"1"}""",
        ["PATCH /v1/leads/{id}"] = """{"phone":"9"}""",
        ["POST /functions/v1/default-integration"] = """{"action":"sync_collaborators","collaborators":[{"name":"Ana","email":"ana@example.com"}]}""",
    };

    [Fact]
    public async Task EveryBodyTakingRoute_WithTheTortureList_GivesTwoOrFourHundredsInTheEnvelope()
    {
        var log = new LogLines();
        await using var dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Logging.ClearProviders().AddProvider(log),
            settings: [Platform.Setting]);
        var contract = await ApiContract.CurrentAsync();
        var routes = contract.Document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Where(o => o.Value!["requestBody"] is not null).Select(o => (Method: o.Key.ToUpperInvariant(), Path: path.Key, Operation: o.Value!)))
            .ToList();
        routes.Select(route => $"{route.Method} {route.Path}").ShouldBe(Good.Keys, ignoreOrder: true);
        foreach (var (method, path, operation) in routes)
        {
            var key = await CreateAsync(dashboard);
            var named = path switch
            {
                "/v1/leads/{id}" => await LeadAsync(dashboard, key),
                "/v1/notices/webhooks/{id}" or "/v1/notices/webhooks/{id}/test" or "/v1/notices/webhooks/{id}/rotate-secret" => await WebhookAsync(dashboard),
                "/v1/notices/emails/{id}" => await EmailAsync(dashboard),
                "/v1/notices/deliveries/{id}/resend" => await DeliveryAsync(dashboard),
                "/v1/approvals/{id}/approve" or "/v1/approvals/{id}/decline" => (await WaitingRequest.MakeAsync(dashboard, "torture")).ToString(),
                "/v1/people/{id}/erase" or "/v1/people/{id}/leave" => await PersonAsync(dashboard),
                "/v1/reviews/{id}/decisions" => await ReviewAsync(dashboard, key),
                "/v1/api-keys/{id}/rotation" or "/v1/api-keys/{id}/rotation/end" => await RotatedAsync(dashboard, key),
                _ => key.Id,
            };
            var target = path.Replace("{id}", named, StringComparison.Ordinal);
            var good = Good[$"{method} {path}"].Replace("{id}", named, StringComparison.Ordinal).Replace("{key_id}", key.Id, StringComparison.Ordinal);
            var schema = operation["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>().Split('/')[^1];
            var fields = contract.Document["components"]!["schemas"]![schema]!["properties"]!.AsObject().Select(p => p.Key);
            byte[][] bodies =
            [
                .. BadBodyTests.Broken.Select(row => row.Data.Item2),
                .. fields.SelectMany(field => Values.Select(value => With(good, field, value))),
                .. fields.Select(field => Encoding.UTF8.GetBytes($"{{\"{field}\":null,\"{field}\":null}}")),
                Encoding.UTF8.GetBytes("{\"unknown\":1}"),
                Encoding.UTF8.GetBytes("{\"name\":\"" + new string('x', 2_000_000) + "\"}"),
            ];
            // No program approves.
            (await SendAsync(Encoding.UTF8.GetBytes(good))).ShouldBeOneOf([.. path == "/v1/approvals/{id}/approve" ? [409] : Enumerable.Range(200, 100)], $"{method} {target} takes what is good");
            foreach (var body in bodies)
            {
                var status = await SendAsync(body);

                status.ShouldBeInRange(200, 499, $"{method} {target} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 100)))}");
                new[] { 401, 429 }.ShouldNotContain(status, $"{method} {target} lets it come as far as the body");
            }

            // The client shows each answer to the contract.
            async Task<int> SendAsync(byte[] body) => (await SendBodyAsync(dashboard, key, method, target, body, signed: operation["security"]![0]!["signature"] is not null)).Status;
        }

        log.All.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text).ShouldBeEmpty();
    }

    /// <summary>The good body with one field set to a value, which need not be JSON.</summary>
    private static byte[] With(string good, string field, string value)
    {
        var others = JsonElement.Parse(good).EnumerateObject().Where(p => p.Name != field).Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}");
        return Encoding.UTF8.GetBytes("{" + string.Join(',', others.Append($"\"{field}\":{value}")) + "}");
    }

    private static async Task<(int Status, string Body)> SendBodyAsync(RunningDashboard dashboard, MadeKey key, string method, string target, byte[] body, bool signed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), target) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            signed ? RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), method, target, body) : "Bearer " + Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", "torture");
        request.Content.Headers.ContentType = new("application/json");
        using var answer = await dashboard.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> LeadAsync(RunningDashboard dashboard, MadeKey key)
    {
        var (_, body) = await SendBodyAsync(dashboard, key, "POST", "/v1/leads", Encoding.UTF8.GetBytes(Good["POST /v1/leads"]), signed: true);
        return JsonElement.Parse(body).GetProperty("data").GetProperty("id").GetString()!;
    }

    private static async Task<string> ReviewAsync(RunningDashboard dashboard, MadeKey key)
    {
        var (_, body) = await SendBodyAsync(dashboard, key, "POST", "/v1/reviews", Encoding.UTF8.GetBytes(Good["POST /v1/reviews"]), signed: false);
        return JsonElement.Parse(body).GetProperty("data").GetProperty("id").GetString()!;
    }

    /// <summary>Somebody who is in the tenant's log.</summary>
    private static async Task<string> PersonAsync(RunningDashboard dashboard)
    {
        await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("torture"), KeyHouse.Admin() with { TenantId = "torture" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/audit-entries");
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", "torture");
        using var answer = await dashboard.Client.SendAsync(request);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("data")[0].GetProperty("actor_id").GetString()!;
    }

    /// <summary>A webhook of the tenant, which has few: those before it are taken away.</summary>
    private static async Task<string> WebhookAsync(RunningDashboard dashboard)
    {
        var webhooks = dashboard.Services.GetRequiredService<NoticeWebhooks>();
        var admin = KeyHouse.Admin() with { TenantId = "torture" };
        foreach (var webhook in (await webhooks.ListAsync(admin)).Value!)
        {
            (await webhooks.RemoveAsync(webhook.Id, admin)).Done.ShouldBeTrue();
        }

        return (await webhooks.AddAsync(new NewWebhook("https://hooks.example.com/notices"), admin)).Value!.Webhook.Id.ToString();
    }

    private static async Task<string> EmailAsync(RunningDashboard dashboard) =>
        (await dashboard.Services.GetRequiredService<NoticeEmails>().AddAsync(new NewEmail("edited@example.com"), KeyHouse.Admin() with { TenantId = "torture" })).Value!.Id.ToString();

    /// <summary>Of a test, which the courier sends on its way a moment later.</summary>
    private static async Task<string> DeliveryAsync(RunningDashboard dashboard)
    {
        var admin = KeyHouse.Admin() with { TenantId = "torture" };
        var webhook = Guid.Parse(await WebhookAsync(dashboard));
        (await dashboard.Services.GetRequiredService<NoticeWebhooks>().TestAsync(webhook, admin)).Done.ShouldBeTrue();
        DeliveryPage page;
        do
        {
            await Task.Delay(10);
            page = (await dashboard.Services.GetRequiredService<NoticeDeliveries>().ListAsync(1, 1, webhook, admin)).Value!;
        }
        while (page.Total == 0);
        return page.Deliveries[0].Id.ToString();
    }

    /// <summary>The key, once it has a successor.</summary>
    private static async Task<string> RotatedAsync(RunningDashboard dashboard, MadeKey key)
    {
        (await SendBodyAsync(dashboard, key, "POST", $"/v1/api-keys/{key.Id}/rotate", "{}"u8.ToArray(), signed: false)).Status.ShouldBe(201);
        return key.Id;
    }

    private static async Task<MadeKey> CreateAsync(RunningDashboard dashboard)
    {
        const string Body = """{"name":"torture","single_use":false,"rate_limit":1000000}""";
        var (_, answer) = await SendBodyAsync(dashboard, new MadeKey("", "", ""), "POST", "/v1/api-keys", Encoding.UTF8.GetBytes(Body), signed: false);
        var data = JsonElement.Parse(answer).GetProperty("data");
        return new MadeKey(data.GetProperty("id").GetString()!, data.GetProperty("api_key").GetString()!, data.GetProperty("api_key_secret").GetString()!);
    }

    private sealed record MadeKey(string Id, string ApiKey, string Secret);
}
