using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Integration;
using SalesOs.Dashboard.Sales;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Persistence;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Integration;

/// <summary>The routes that keys open, over a real database, with a gate that lets every call in as <see cref="Key"/>.</summary>
public sealed class IntegrationHost : IAsyncDisposable
{
    private const string LiveKey = "sk_live_0123456789abcdefghijklmnopqrstuv";
    private const string TestKey = "sk_test_0123456789abcdefghijklmnopqrstuv";

    private readonly TestDatabase database;
    private readonly WebApplication app;

    private IntegrationHost(TestDatabase database)
    {
        this.database = database;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(Clock).AddSingleton(database.Database).AddSingleton<UsageRecorder>().AddSales();
        app = builder.Build();
        app.Use(async (context, next) =>
        {
            RequestId.Assign(context);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var now = Clock.GetUtcNow();
            var call = new SignedCall(context, context.GetEndpoint()!.Metadata.GetRequiredMetadata<SignedRoute>(), now)
            {
                Named = Key,
                Body = body.ToArray(),
                Grant = new Grant(Granted: true, Remaining: 997, now.ToUnixTimeSeconds() + 60),
            };
            call.TellKey(context.Response);
            context.Features.Set(call);
            await next(context);
        });
        app.MapIntegration();
    }

    public static RingKey Live { get; } = MakeKey("acme", LiveKey);

    public static RingKey Test { get; } = MakeKey("acme", TestKey);

    public static RingKey Other { get; } = MakeKey("other", LiveKey);

    public RingKey Key { get; set; } = Live;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public static async Task<IntegrationHost> StartAsync()
    {
        var host = new IntegrationHost(await TestDatabase.CreateAsync());
        await host.app.StartAsync();
        return host;
    }

    public Task<Reply> GetAsync(string target) => SendAsync(HttpMethod.Get, target, body: null, contentType: null);

    public Task<Reply> PostAsync(string target, string body) => SendAsync(HttpMethod.Post, target, Encoding.UTF8.GetBytes(body));

    public Task<Reply> PatchAsync(string target, string body) => SendAsync(HttpMethod.Patch, target, Encoding.UTF8.GetBytes(body));

    public async Task<Reply> SendAsync(HttpMethod method, string target, byte[]? body, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType).ShouldBeTrue();
            }
        }

        using var client = app.GetTestClient();
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        await ApiContract.ShouldAllowAsync(method.Method, target, (int)response.StatusCode, text, response.Headers.Contains);
        return new Reply(response.StatusCode, JsonElement.Parse(text), response.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    private static RingKey MakeKey(string tenant, string apiKey) => new(apiKey, new byte[32])
    {
        Ordinal = 0,
        Version = 1,
        Id = Guid.CreateVersion7(),
        TenantId = tenant,
        Name = "ERP",
        Scopes = [Scopes.DefaultSync],
        RateLimit = 1000,
        ExpiresAt = long.MaxValue,
        Revoked = false,
        SingleUse = true,
        AllowedIps = [],
    };
}

public sealed record Reply(HttpStatusCode Status, JsonElement Json, HttpResponseHeaders Headers)
{
    /// <summary>For an answer that is a file.</summary>
    public string? File { get; init; }

    public JsonElement Data => Json.GetProperty("data");

    public JsonElement Meta => Json.GetProperty("meta");

    public string Code => Json.GetProperty("error").GetProperty("code").GetString()!;

    public string Message => Json.GetProperty("error").GetProperty("message").GetString()!;

    /// <summary>Each as <c>field message</c>, with <c>index:</c> in front in a batch.</summary>
    public IReadOnlyList<string> Details => Json.GetProperty("error").TryGetProperty("details", out var details)
        ? [.. details.EnumerateArray().Select(d => (d.TryGetProperty("index", out var i) ? i.GetInt32() + ":" : "") + d.GetProperty("field").GetString() + " " + d.GetProperty("message").GetString())]
        : [];

    public void ShouldBeInvalid(params IEnumerable<string> details)
    {
        Status.ShouldBe(HttpStatusCode.BadRequest, Json.GetRawText());
        Code.ShouldBe("VALIDATION_ERROR");
        Details.ShouldBe(details);
    }
}
