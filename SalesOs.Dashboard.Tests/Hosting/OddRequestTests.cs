using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>
/// Guarantee B1 on every route there is: whatever a stranger or a caller sends, no answer is a 5xx and the log has no line of an error. Each request comes as
/// from an address of its own, so that no limit answers in a route's place.
/// </summary>
[Trait("Speed", "Long")]
public sealed class OddRequestTests : IAsyncLifetime
{
    private static readonly string[] QueryNames =
    [
        "returnUrl", "search", "actor", "action", "key_id", "from", "to", "page", "sort", "status", "scope", "reason", "environment", "format", "chain", "step", "source", "code", "state", "error", "id_token_hint", "redirect_uri",
    ];

    /// <summary>Answered before routing, or by a handler that no route names.</summary>
    private static readonly string[] OtherPaths =
        ["/signin-oidc", "/signout-callback-oidc", "/nowhere", "/v1/nowhere", "/functions/v1/nowhere", "/.well-known/openid-configuration", "/.well-known/jwks", "/theme.css"];

    private readonly LogLines log = new();
    private readonly ConcurrentQueue<string> faults = new();
    private RunningDashboard dashboard = null!;
    private CreatedKey key = null!;
    private string cookie = "";
    private int sent;

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Logging.ClearProviders().AddProvider(log),
            map: Visitor.MapMirror,
            settings: [Platform.Setting, "--Proxy:KnownProxies:0=127.0.0.1", "--Session:CircuitsPerUser=1000"]);
        key = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("odd", RateLimit: 1_000_000, SingleUse: false), KeyHouse.Admin())).Value!;
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync();
        cookie = $"salesos={visitor.SessionCookie}";
    }

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task Forms_AtEveryRoute_AreNoErrorOfOurs()
    {
        await EachAsync(
            from route in Routes()
            from form in OddRequests.Forms
            from known in (bool[])[false, true]
            select (Func<Task>)(() => SendAsync(route, known, body: form.Body, contentType: form.ContentType)));

        Judge();
    }

    [Fact]
    public async Task Forms_CutShort_AreNoErrorOfOurs()
    {
        string[] starts =
        [
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\na=b",
            "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n",
            "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\na=b\r\n",
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100\r\n\r\n--x\r\nContent-Disp",
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        ];
        await EachAsync(
            from route in Routes()
            from start in starts
            from abrupt in (bool[])[false, true]
            from known in (bool[])[false, true]
            select (Func<Task>)(() => CutAsync(route, known, start, abrupt)));

        Judge();
    }

    [Fact]
    public async Task Hosts_AtEveryRoute_AreNoErrorOfOurs()
    {
        await EachAsync(
            from route in Routes()
            from host in OddRequests.Hosts
            select (Func<Task>)(() => SendAsync(route, known: true, host: host)));

        Judge();
    }

    [Fact]
    public async Task Headers_AtEveryRoute_AreNoErrorOfOurs()
    {
        await EachAsync(
            from route in Routes()
            from header in OddRequests.Headers
            from known in (bool[])[false, true]
            select (Func<Task>)(() => SendAsync(route, known, headers: header)));

        Judge();
    }

    [Fact]
    public async Task Characters_AtEveryRoute_AreNoErrorOfOurs()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        await EachAsync(
            from route in Routes()
            from odd in OddRequests.Characters.Chunk(5)
            select (Func<Task>)(() => AskAsync(client, route, string.Join('a', odd))));

        Judge();
    }

    private static Task EachAsync(IEnumerable<Func<Task>> requests) =>
        Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (request, _) => await request());

    private void Judge()
    {
        sent.ShouldBeGreaterThan(500);
        faults.GroupBy(f => f, StringComparer.Ordinal).Select(g => $"{g.Count()} x {g.Key}").Order(StringComparer.Ordinal).ShouldBeEmpty();
        log.All.Where(line => line.Level >= LogLevel.Error).Select(line => line.Text).Distinct(StringComparer.Ordinal).Take(20).ShouldBeEmpty();
        // Kestrel's word for a connection whose end somebody hid from it.
        log.All.Count(line => line.Text.Contains("ended abnormally", StringComparison.Ordinal)).ShouldBe(0);
        log.All.Count(line => line.Level == LogLevel.Warning).ShouldBeLessThan(50, string.Join('\n', log.All.Where(l => l.Level == LogLevel.Warning).Take(5)));
    }

    /// <summary>Every method of every route, but one of the static files alone.</summary>
    private IReadOnlyList<Route> Routes()
    {
        var mapped =
            from endpoint in dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
            let pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
            where !pattern.Contains("/test/", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]
            select new Route(method, pattern, endpoint.Metadata.GetMetadata<SignedRoute>() is not null);
        var others =
            from path in OtherPaths
            from method in (string[])["GET", "POST"]
            select new Route(method, path, Signed: false);
        return [.. mapped.Concat(others).Distinct()];
    }

    private async Task SendAsync(Route route, bool known, string? host = null, byte[]? body = null, string? contentType = null, string? headers = null)
    {
        var target = route.Target("0198a3c0-0000-7000-8000-000000000000");
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{route.Method} {target} HTTP/1.1\r\nHost: {host ?? dashboard.BaseAddress.Authority}\r\nConnection: close\r\n{Origin()}")
            .AppendJoin("", known ? Credentials(route, target, body ?? []) : [])
            .Append(headers is null ? "" : headers + "\r\n")
            .Append(contentType is null ? "" : $"Content-Type: {contentType}\r\n")
            .Append(body is null ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n"))
            .Append("\r\n")
            .ToString();
        await ExchangeAsync([.. Encoding.UTF8.GetBytes(head), .. body ?? []], $"{route} {host ?? headers ?? contentType}");
    }

    private async Task CutAsync(Route route, bool known, string start, bool abrupt)
    {
        var target = route.Target("0198a3c0-0000-7000-8000-000000000000");
        var head = $"{route.Method} {target} HTTP/1.1\r\nHost: {dashboard.BaseAddress.Authority}\r\n{Origin()}{string.Concat(known ? Credentials(route, target, []) : [])}{start}";
        await ExchangeAsync(Encoding.UTF8.GetBytes(head), $"{route} cut: {start}", cut: true, abrupt);
    }

    private async Task ExchangeAsync(byte[] wire, string what, bool cut = false, bool abrupt = false)
    {
        using var client = new TcpClient { NoDelay = true, ReceiveTimeout = 30_000 };
        await client.ConnectAsync(dashboard.BaseAddress.Host, dashboard.BaseAddress.Port);
        await using var stream = client.GetStream();
        var begin = new byte[16];
        var read = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await stream.WriteAsync(wire, patience.Token);
            if (abrupt)
            {
                await Task.Yield();
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                return;
            }

            if (cut)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            read = await stream.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, patience.Token);
        }
        catch (OperationCanceledException)
        {
            faults.Enqueue($"no answer: {what}");
        }
        catch (IOException)
        {
            // The server has answered and closed before it had read all.
        }
        finally
        {
            Tell(read > 12 ? Encoding.ASCII.GetString(begin, 9, 3) : "", what);
        }
    }

    private async Task AskAsync(HttpClient client, Route route, string odd)
    {
        var target = $"{route.Target(odd)}?{string.Join('&', QueryNames.Select(name => $"{name}={(name == "returnUrl" ? "/" : "")}{odd}"))}&{odd}={odd}";
        using var request = new HttpRequestMessage(HttpMethod.Parse(route.Method), new Uri($"{dashboard.BaseAddress.ToString().TrimEnd('/')}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var line in Credentials(route, target, []).Append(Origin()))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(line[..colon], line[(colon + 1)..].Trim());
        }

        using var answer = await client.SendAsync(request);
        Tell(((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture), $"{route} {odd}");
    }

    private void Tell(string status, string what)
    {
        Interlocked.Increment(ref sent);
        if (status.StartsWith('5'))
        {
            faults.Enqueue($"{status} {what}");
        }
    }

    private string Origin() => $"X-Forwarded-For: 10.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}\r\n";

    private IEnumerable<string> Credentials(Route route, string target, byte[] body) =>
        route.Signed ? [$"Authorization: {RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), route.Method, target, body)}\r\n"]
        : route.Path.StartsWith("/v1/", StringComparison.Ordinal) ? [$"Authorization: Bearer {Platform.ServiceKey}\r\n", "X-Tenant-Id: acme\r\n"]
        : [$"Cookie: {cookie}\r\n"];

    private sealed record Route(string Method, string Path, bool Signed)
    {
        /// <summary>The path with this in the place of each parameter.</summary>
        public string Target(string value) => string.Join('/', Path.Split('/').Select(part => part.StartsWith('{') ? value : part));

        public override string ToString() => $"{Method} {Path}";
    }
}
