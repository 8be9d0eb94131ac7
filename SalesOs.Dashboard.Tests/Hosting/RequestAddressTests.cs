namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class RequestAddressTests
{
    [Theory]
    [InlineData("/", "xn--e")]
    [InlineData("/sign-in", "a..b")]
    [InlineData("/signed-out", "")]
    [InlineData("/v1/api-keys", "xn--e")]
    [InlineData("/theme.css", "a:0")]
    [InlineData("/health/ready", "[fe80::1%25eth0]")]
    public async Task Host_ThatIsNone_Is400WithAllHeaders(string target, string host)
    {
        await using var dashboard = await RunningDashboard.StartAsync();

        var answer = await RawRequest.SendAsync(dashboard.BaseAddress, $"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");

        answer.Status.ShouldBe(400);
        if (host != "[fe80::1%25eth0]")
        {
            answer["X-Frame-Options"].ShouldBe("DENY");
            answer["X-Request-Id"].ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("keys.example.com", 200)]
    [InlineData("KEYS.example.com:8443", 200)]
    [InlineData("a.sales.example", 200)]
    [InlineData("xn--mnchen-3ya.example", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("sales.example", 400)]
    [InlineData("keys.example.com.evil.test", 400)]
    [InlineData("localhost", 400)]
    public async Task AllowedHosts_AreServedAndNoOthers(string host, int status)
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--AllowedHosts=keys.example.com; *.sales.example;münchen.example;[::1]");

        (await RawRequest.SendAsync(dashboard.BaseAddress, $"GET /signed-out HTTP/1.1\r\nHost: {host}\r\n\r\n")).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("https", 200)]
    [InlineData("HTTPS", 200)]
    [InlineData("http", 200)]
    [InlineData("javascript", 400)]
    [InlineData("ftp", 400)]
    public async Task Scheme_OfAKnownProxy_IsHttpOrHttps(string scheme, int status)
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--Proxy:KnownProxies:0=127.0.0.1");

        foreach (var target in (string[])["/signed-out", "/health/live"])
        {
            (await new RawRequest("GET", target).With("X-Forwarded-For: 203.0.113.5", $"X-Forwarded-Proto: {scheme}").SendAsync(dashboard.BaseAddress)).Status.ShouldBe(status);
        }
    }

    [Fact]
    public async Task Probe_OfHttp10WithoutAHost_IsAnswered()
    {
        await using var dashboard = await RunningDashboard.StartAsync();

        (await RawRequest.SendAsync(dashboard.BaseAddress, "GET /health/ready HTTP/1.0\r\n\r\n")).Status.ShouldBe(200);
    }
}
