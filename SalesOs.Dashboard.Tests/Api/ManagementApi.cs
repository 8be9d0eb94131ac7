using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>The whole program and its callers: people by their tokens, the platform by its service key. One for all tests of a class.</summary>
public sealed class ManagementApi : SharedDashboard
{
    private const string Platforms = "platform";

    private readonly Dictionary<string, (string Token, DateTimeOffset At)> tokens = new(StringComparer.Ordinal) { [Platforms] = (Platform.ServiceKey, DateTimeOffset.MaxValue) };

    /// <summary>What a test wants before the program starts.</summary>
    public string[] Settings { get; init; } = [];

    /// <param name="caller"><c>platform</c>, a person such as <c>admin@acme.test</c>, or null for nobody.</param>
    /// <param name="tenant">The values of <c>X-Tenant-Id</c>.</param>
    /// <param name="headers">Whole lines, such as <c>If-Match: "1"</c>.</param>
    public Task<Reply> SendAsync(
        string? caller,
        string method,
        string target,
        string? body = null,
        string[]? tenant = null,
        string contentType = "application/json",
        params string[] headers) =>
        SendBytesAsync(caller, method, target, body is null ? null : Encoding.UTF8.GetBytes(body), tenant, contentType, headers);

    public async Task<Reply> SendBytesAsync(
        string? caller, string method, string target, byte[]? body, string[]? tenant = null, string contentType = "application/json", params string[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), target);
        foreach (var line in headers)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(line[..colon], line[(colon + 1)..].Trim()).ShouldBeTrue();
        }

        if (caller is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(caller));
        }

        foreach (var id in tenant ?? [])
        {
            request.Headers.TryAddWithoutValidation("X-Tenant-Id", id);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var answer = await Dashboard.Client.SendAsync(request);
        if (answer.StatusCode == System.Net.HttpStatusCode.NoContent)
        {
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
            return new Reply(answer.StatusCode, default, answer.Headers);
        }

        if (answer.Content.Headers.ContentDisposition is not null)
        {
            answer.Headers.CacheControl!.ToString().ShouldBe("no-store");
            return new Reply(answer.StatusCode, default, answer.Headers) { File = await answer.Content.ReadAsStringAsync() };
        }

        var reply = new Reply(answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()), answer.Headers);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store");
        reply.Meta.GetProperty("request_id").GetString().ShouldBe(answer.Headers.GetValues("X-Request-Id").Single());
        return reply;
    }

    /// <summary>Makes a key that must be made; gives its answer's data.</summary>
    public async Task<JsonElement> CreateAsync(string caller = "admin@acme.test", string body = """{"name":"ERP"}""", string[]? tenant = null)
    {
        var reply = await SendAsync(caller, "POST", "/v1/api-keys", body, tenant);
        ((int)reply.Status).ShouldBe(201, reply.Json.GetRawText());
        return reply.Data;
    }

    /// <summary>The status of a signed <c>GET /v1/whoami</c>.</summary>
    /// <param name="key">As creating answered it.</param>
    public async Task<int> WhoAmIAsync(JsonElement key)
    {
        var header = RequestSigner.Authorization(
            key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, Clock.GetUtcNow().ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
        return (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(Dashboard.BaseAddress)).Status;
    }

    public Task ExecuteAsync(string sql) =>
        Dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));

    /// <param name="caller">As for <see cref="SendAsync"/>; what begins with <c>token:</c> is taken as it is.</param>
    public async Task<string> TokenAsync(string caller)
    {
        if (caller.StartsWith("token:", StringComparison.Ordinal))
        {
            return caller["token:".Length..];
        }

        // The clock is the test's: a token is taken anew when it has been moved on.
        if (!tokens.TryGetValue(caller, out var known) || Clock.GetUtcNow() - known.At > TimeSpan.FromMinutes(5))
        {
            using var answer = await Dashboard.Client.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "password",
                ["client_id"] = "salesos-cli",
                ["username"] = caller,
                ["password"] = "development",
            }));
            known = tokens[caller] = ((await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!, Clock.GetUtcNow());
        }

        return known.Token;
    }

    protected override IEnumerable<string> Arguments => Settings;

    // The routes are those of the program alone, as its table and its document are compared with what is promised.
    protected override void Map(WebApplication app)
    {
    }
}
