using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>The program between the signal and its end: it serves on, ends each connection with its answer, and makes no keys.</summary>
public sealed class StoppingTests : IAsyncLifetime
{
    private RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync() => dashboard = await RunningDashboard.StartAsync(settings: Platform.Setting);

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task EveryAnswer_WhileStopping_EndsItsConnection()
    {
        using var key = await SendAsync(HttpMethod.Post, "/v1/api-keys", """{"name":"CRM sync"}""");
        var made = JsonElement.Parse(await key.Content.ReadAsStringAsync()).GetProperty("data");
        var (id, apiKey, secret) = (made.GetProperty("id").GetString(), made.GetProperty("api_key").GetString()!, made.GetProperty("api_key_secret").GetString()!);
        key.Headers.ConnectionClose.ShouldNotBe(true);
        Stop();

        (HttpMethod Method, string Target, string? Body, HttpStatusCode Status)[] requests =
        [
            (HttpMethod.Get, "/v1/api-keys", null, HttpStatusCode.OK),
            (HttpMethod.Patch, $"/v1/api-keys/{id}", """{"name":"named anew"}""", HttpStatusCode.OK),
            (HttpMethod.Post, $"/v1/api-keys/{id}/revoke", null, HttpStatusCode.OK),
            (HttpMethod.Delete, $"/v1/api-keys/{id}", null, HttpStatusCode.NoContent),
            (HttpMethod.Get, $"/v1/api-keys/{id}", null, HttpStatusCode.NotFound),
            (HttpMethod.Get, "/v1/nothing", null, HttpStatusCode.NotFound),
            (HttpMethod.Get, "/health/live", null, HttpStatusCode.OK),
            (HttpMethod.Get, "/health/ready", null, HttpStatusCode.ServiceUnavailable),
            (HttpMethod.Get, "/theme.css", null, HttpStatusCode.OK),
            (HttpMethod.Get, "/signed-out", null, HttpStatusCode.OK),
            (HttpMethod.Get, "/nowhere", null, HttpStatusCode.NotFound),
        ];
        foreach (var (method, target, body, status) in requests)
        {
            using var answer = await SendAsync(method, target, body);
            answer.StatusCode.ShouldBe(status, target);
            answer.Headers.ConnectionClose.ShouldBe(true, target);
        }

        var refused = await new RawRequest("GET", "/v1/whoami")
            .With("Authorization: " + RequestSigner.Authorization(apiKey, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", [])).SendAsync(dashboard.BaseAddress);
        refused.Status.ShouldBe(401, "the key is gone");
        refused["Connection"].ShouldBe("close");
    }

    [Theory]
    [InlineData("/v1/api-keys", """{"name":"late"}""")]
    [InlineData("/v1/api-keys/{id}/rotate", null)]
    public async Task Making_WhileStopping_Is503WithRetryAfterAndMakesNothing(string target, string? body)
    {
        using var key = await SendAsync(HttpMethod.Post, "/v1/api-keys", """{"name":"CRM sync"}""");
        var id = JsonElement.Parse(await key.Content.ReadAsStringAsync()).GetProperty("data").GetProperty("id").GetString();
        Stop();

        using var answer = await SendAsync(HttpMethod.Post, target.Replace("{id}", id, StringComparison.Ordinal), body);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString().ShouldBe("UNAVAILABLE");
        using var list = await SendAsync(HttpMethod.Get, "/v1/api-keys", body: null);
        JsonElement.Parse(await list.Content.ReadAsStringAsync()).GetProperty("meta").GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Page_OpenedWhileStopping_HasItsCircuit()
    {
        using var admin = new Visitor(dashboard);
        await admin.SignInAsync(returnUrl: "/signed-out");
        Stop();

        var (_, circuit) = await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie, dashboard.BaseAddress.GetLeftPart(UriPartial.Authority));

        using (circuit)
        {
            (await circuit!.StartAsync(dashboard.BaseAddress)).ShouldBeTrue();
        }
    }

    private void Stop() => dashboard.Services.GetRequiredService<Stopping>().Tell();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string? body)
    {
        using var request = new HttpRequestMessage(method, target) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", "stopping");
        return await dashboard.Client.SendAsync(request);
    }
}
