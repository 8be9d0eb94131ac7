using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Architecture;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>A real nginx with the very settings that docs/operations.md gives, but for addresses and files.</summary>
[Trait("Speed", "Slow")]
public sealed class BehindNginxTests : IAsyncLifetime
{
    private RunningDashboard dashboard = null!;
    private Nginx nginx = null!;

    private Uri Address => nginx.Address;

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync(
            map: app =>
            {
                Visitor.MapMirror(app);
                app.Map("/echo/{**rest}", (HttpContext context) => Results.Text(
                    $"{context.Features.Get<IHttpRequestFeature>()!.RawTarget} {context.Request.Scheme} {context.Request.Host} {context.Connection.RemoteIpAddress}"));
            },
            settings: [Platform.Setting, "--Proxy:KnownProxies:0=127.0.0.1"]);
        nginx = await Nginx.StartAsync(Documented);
    }

    public async ValueTask DisposeAsync()
    {
        if (nginx is not null)
        {
            await nginx.DisposeAsync();
        }

        await dashboard.DisposeAsync();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Target_IsForwardedUntouchedAndTheCallerIsKnown(string version)
    {
        foreach (var target in (string[])["/echo/a?a=%2f%2F&b", "/echo/%252F?x=%252f", "/echo//a///b", "/echo/%61%2e?a=+%20%7E~&&=", "/echo/a/./b/../c"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{Address.GetLeftPart(UriPartial.Authority)}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
            {
                Version = Version.Parse(version),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            // What a caller says of itself does not count.
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
            request.Headers.Add("X-Forwarded-Proto", "http");
            using var client = nginx.NewClient();
            using var answer = await client.SendAsync(request);

            (await answer.Content.ReadAsStringAsync()).ShouldBe($"{target} https {Address.Authority} 127.0.0.1");
        }
    }

    [Theory]
    [InlineData("/v1/whoami?a=%2f%2F&b")]
    [InlineData("/v1/whoami?a=%252F")]
    [InlineData("/v1/whoami")]
    public async Task SignedRequest_IsLetIn(string target)
    {
        using var client = nginx.NewClient();
        using var create = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys") { Content = new StringContent("""{"name":"ERP"}""", System.Text.Encoding.UTF8, "application/json") };
        create.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        create.Headers.Add("X-Tenant-Id", KeyHouse.Acme);
        using var made = await client.SendAsync(create);
        var key = JsonElement.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"{Address.GetLeftPart(UriPartial.Authority)}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(
            key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", target, []));

        using var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.Server.ToString().ShouldNotContain("Kestrel");
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse("Development");
    }

    [Fact]
    public async Task WebSocket_OfAPageOfThisHost_IsLetThroughAndOfAnotherIsNot()
    {
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync();

        (await ConnectAsync(Address.GetLeftPart(UriPartial.Authority))).ShouldBe(HttpStatusCode.SwitchingProtocols);
        (await ConnectAsync("https://evil.test")).ShouldBe(HttpStatusCode.Forbidden);
        (await ConnectAsync("http://" + Address.Authority)).ShouldBe(HttpStatusCode.Forbidden);

        async Task<HttpStatusCode> ConnectAsync(string origin)
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Origin", origin);
            socket.Options.SetRequestHeader("Cookie", $"salesos={visitor.SessionCookie}");
            using var invoker = new HttpMessageInvoker(nginx.Handler, disposeHandler: false);
            try
            {
                await socket.ConnectAsync(new UriBuilder(Address) { Scheme = "wss", Path = "/_blazor" }.Uri, invoker, CancellationToken.None);
            }
            catch (WebSocketException)
            {
            }

            return socket.HttpStatusCode;
        }
    }

    private string Documented(string listen, string certificate, string key)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Top, "docs", "operations.md"));
        var block = Regex.Match(text, "```nginx\n(?<settings>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["settings"].Value;
        (string There, string Here)[] changes =
        [
            ("server 127.0.0.1:8080;", $"server {dashboard.BaseAddress.Authority};"),
            ("listen 443 ", $"listen {listen} "),
            ("/etc/ssl/keys.example.com.pem", certificate),
            ("/etc/ssl/keys.example.com.key", key),
        ];
        foreach (var (there, here) in changes)
        {
            block.ShouldContain(there);
            block = block.Replace(there, here, StringComparison.Ordinal);
        }

        return block;
    }
}
