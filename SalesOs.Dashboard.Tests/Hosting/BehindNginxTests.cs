using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-nginx-").FullName;
    private readonly SocketsHttpHandler handler = new()
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    };

    private RunningDashboard dashboard = null!;
    private Process? nginx;
    private Uri address = null!;

    public async ValueTask InitializeAsync()
    {
        var program = ((string[])["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"]).FirstOrDefault(File.Exists);
        if (program is null)
        {
            const string Missing = "nginx was not found; test.sh gets it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException(Missing);
            }

            Assert.Skip(Missing);
        }

        dashboard = await RunningDashboard.StartAsync(
            map: app =>
            {
                Visitor.MapMirror(app);
                app.Map("/echo/{**rest}", (HttpContext context) => Results.Text(
                    $"{context.Features.Get<IHttpRequestFeature>()!.RawTarget} {context.Request.Scheme} {context.Request.Host} {context.Connection.RemoteIpAddress}"));
            },
            settings: [Platform.Setting, "--Proxy:KnownProxies:0=127.0.0.1"]);
        nginx = await StartAsync(program!);
    }

    public async ValueTask DisposeAsync()
    {
        handler.Dispose();
        if (nginx is not null)
        {
            // TERM and not KILL: the master takes its workers along.
            using (var kill = Process.Start("kill", ["-TERM", nginx.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            await nginx.WaitForExitAsync();
            nginx.Dispose();
            await dashboard.DisposeAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Target_IsForwardedUntouchedAndTheCallerIsKnown(string version)
    {
        foreach (var target in (string[])["/echo/a?a=%2f%2F&b", "/echo/%252F?x=%252f", "/echo//a///b", "/echo/%61%2e?a=+%20%7E~&&=", "/echo/a/./b/../c"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.GetLeftPart(UriPartial.Authority)}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
            {
                Version = Version.Parse(version),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            // What a caller says of itself does not count.
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
            request.Headers.Add("X-Forwarded-Proto", "http");
            using var client = new HttpClient(handler, disposeHandler: false);
            using var answer = await client.SendAsync(request);

            (await answer.Content.ReadAsStringAsync()).ShouldBe($"{target} https {address.Authority} 127.0.0.1");
        }
    }

    [Theory]
    [InlineData("/v1/whoami?a=%2f%2F&b")]
    [InlineData("/v1/whoami?a=%252F")]
    [InlineData("/v1/whoami")]
    public async Task SignedRequest_IsLetIn(string target)
    {
        using var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = address };
        using var create = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys") { Content = new StringContent("""{"name":"ERP"}""", System.Text.Encoding.UTF8, "application/json") };
        create.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        create.Headers.Add("X-Tenant-Id", KeyHouse.Acme);
        using var made = await client.SendAsync(create);
        var key = JsonElement.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"{address.GetLeftPart(UriPartial.Authority)}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
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

        (await ConnectAsync(address.GetLeftPart(UriPartial.Authority))).ShouldBe(HttpStatusCode.SwitchingProtocols);
        (await ConnectAsync("https://evil.test")).ShouldBe(HttpStatusCode.Forbidden);
        (await ConnectAsync("http://" + address.Authority)).ShouldBe(HttpStatusCode.Forbidden);

        async Task<HttpStatusCode> ConnectAsync(string origin)
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Origin", origin);
            socket.Options.SetRequestHeader("Cookie", $"salesos={visitor.SessionCookie}");
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            try
            {
                await socket.ConnectAsync(new UriBuilder(address) { Scheme = "wss", Path = "/_blazor" }.Uri, invoker, CancellationToken.None);
            }
            catch (WebSocketException)
            {
            }

            return socket.HttpStatusCode;
        }
    }

    private async Task<Process> StartAsync(string program)
    {
        address = new Uri($"https://127.0.0.1:{FreePort()}");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllTextAsync(Path.Combine(directory, "certificate.pem"), certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        }

        var settings = Path.Combine(directory, "nginx.conf");
        var folders = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {directory}/{kind};\n"));
        // Workers would go over to a user who may not look into this folder.
        var user = Environment.UserName == "root" ? "user root;" : "";
        await File.WriteAllTextAsync(settings, $$"""
            {{user}}
            daemon off;
            pid {{directory}}/nginx.pid;
            worker_processes 1;
            error_log {{directory}}/error.log;
            events { }
            http {
            access_log off;
            {{folders}}
            {{Documented()}}
            }
            """);
        var process = Process.Start(new ProcessStartInfo(program, ["-p", directory, "-e", Path.Combine(directory, "error.log"), "-c", settings]) { UseShellExecute = false })!;
        for (var tries = 0; tries < 1000; tries++)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException("nginx did not start: " + await File.ReadAllTextAsync(Path.Combine(directory, "error.log")));
            }

            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, address.Port);
                return process;
            }
            catch (SocketException)
            {
                await Task.Delay(10);
            }
        }

        throw new TimeoutException("nginx does not listen.");
    }

    private string Documented()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Top, "docs", "operations.md"));
        var block = Regex.Match(text, "```nginx\n(?<settings>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["settings"].Value;
        (string There, string Here)[] changes =
        [
            ("server 127.0.0.1:8080;", $"server {dashboard.BaseAddress.Authority};"),
            ("listen 443 ", $"listen 127.0.0.1:{address.Port} "),
            ("/etc/ssl/keys.example.com.pem", directory + "/certificate.pem"),
            ("/etc/ssl/keys.example.com.key", directory + "/key.pem"),
        ];
        foreach (var (there, here) in changes)
        {
            block.ShouldContain(there);
            block = block.Replace(there, here, StringComparison.Ordinal);
        }

        return block;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
