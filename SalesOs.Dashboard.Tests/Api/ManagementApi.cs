using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>The whole program and its callers: people by their tokens, the platform by its service key. One for all tests of a class.</summary>
public sealed class ManagementApi : IAsyncLifetime
{
    private const string Platforms = "platform";

    private readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal) { [Platforms] = Platform.ServiceKey };

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public RunningDashboard Dashboard { get; private set; } = null!;

    /// <summary>What a test wants before the program starts.</summary>
    public string[] Settings { get; init; } = [];

    public async ValueTask InitializeAsync() => Dashboard = await RunningDashboard.StartAsync(Clock, settings: [Platform.Setting, .. Settings]);

    public ValueTask DisposeAsync() => Dashboard.DisposeAsync();

    /// <param name="caller"><c>platform</c>, a person such as <c>admin@acme.test</c>, or null for nobody.</param>
    /// <param name="tenant">The values of <c>X-Tenant-Id</c>.</param>
    public async Task<Reply> SendAsync(string? caller, string method, string target, string? body = null, string[]? tenant = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), target);
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
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var answer = await Dashboard.Client.SendAsync(request);
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

    public Task ExecuteAsync(string sql) =>
        Dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));

    private async Task<string> TokenAsync(string caller)
    {
        if (!tokens.TryGetValue(caller, out var token))
        {
            using var answer = await Dashboard.Client.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "password",
                ["client_id"] = "salesos-cli",
                ["username"] = caller,
                ["password"] = "development",
            }));
            token = tokens[caller] = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
        }

        return token;
    }
}
