using System.Net;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Check 7, by callers that really come from where they say: a server on one family, and one that serves both and so sees IPv4 callers as mapped ones.</summary>
public sealed class AllowedAddressTests(OpenGate gate, BothFamilies both, BehindProxies proxied)
    : IClassFixture<OpenGate>, IClassFixture<BothFamilies>, IClassFixture<BehindProxies>
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", 200)]
    [InlineData("127.0.0.1", "127.0.0.2", 403)]
    [InlineData("127.0.0.0/8", "127.9.8.7", 200)]
    [InlineData("127.0.0.0/31", "127.0.0.1", 200)]
    [InlineData("127.0.0.0/31", "127.0.0.2", 403)]
    [InlineData("203.0.113.0/24,127.0.0.3", "127.0.0.3", 200)]
    [InlineData("203.0.113.0/24,::1", "127.0.0.3", 403)]
    [InlineData("0.0.0.0/0", "127.0.0.1", 200)]
    [InlineData("::/0", "127.0.0.1", 403)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", 200)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.2", 403)]
    [InlineData("::ffff:127.1.0.0/112", "127.1.2.3", 200)]
    [InlineData("", "127.0.0.4", 200)]
    public async Task Key_WithAllowedAddresses_WorksFromThoseAlone(string allowed, string from, int status)
    {
        foreach (var server in (OpenGate[])[gate, both])
        {
            var answer = await CallAsync(server, allowed, from);

            answer.Status.ShouldBe(status);
            if (status == 403)
            {
                answer.Code.ShouldBe("FORBIDDEN");
                answer.Json.GetProperty("error").GetProperty("message").GetString().ShouldBe("This API key is not allowed from this address");
                answer["X-RateLimit-Remaining"].ShouldBe("1000", "it takes nothing from the limit");
                (await server.RejectionAsync(answer)).ShouldSatisfyAllConditions(r => r.Address.ShouldBe(from), r => r.Proven.ShouldBeTrue(), r => r.Verdict.ShouldBe(Verdict.AddressNotAllowed));
            }
        }
    }

    [Theory]
    [InlineData("::1", 200)]
    [InlineData("::/127", 200)]
    [InlineData("::1,127.0.0.1", 200)]
    [InlineData("127.0.0.1", 403)]
    [InlineData("0.0.0.0/0", 403)]
    [InlineData("2001:db8::/32", 403)]
    public async Task Key_CalledOverIPv6_IsJudgedByThatAddress(string allowed, int status) =>
        (await CallAsync(both, allowed, "::1")).Status.ShouldBe(status);

    [Theory]
    [InlineData("X-Forwarded-For: 203.0.113.7")]
    [InlineData("Forwarded: for=203.0.113.7")]
    [InlineData("X-Real-IP: 203.0.113.7")]
    [InlineData("X-Client-IP: 203.0.113.7")]
    [InlineData("CF-Connecting-IP: 203.0.113.7")]
    public async Task Forwarded_WithoutAProxyInTheSettings_IsNotBelieved(string header) =>
        (await CallAsync(gate, "203.0.113.7", "127.0.0.1", header)).Status.ShouldBe(403);

    [Theory]
    [InlineData("127.0.0.9", "203.0.113.7", "203.0.113.7", 200)]
    [InlineData("127.0.0.9", "203.0.113.7", "127.0.0.9", 403)]
    [InlineData("127.8.7.6", "203.0.113.7", "203.0.113.7", 200)]
    [InlineData("127.0.0.8", "203.0.113.7", "203.0.113.7", 403)]
    [InlineData("127.0.0.8", "203.0.113.7", "127.0.0.8", 200)]
    [InlineData("127.0.0.9", "203.0.113.7:4711", "203.0.113.7", 200)]
    [InlineData("127.0.0.9", "2001:db8::5", "2001:db8::/32", 200)]
    [InlineData("127.0.0.9", "[2001:db8::5]:4711", "2001:db8::/32", 200)]
    [InlineData("127.0.0.9", "::ffff:203.0.113.7", "203.0.113.0/24", 200)]
    [InlineData("127.0.0.9", "203.0.113.7, 198.51.100.1", "203.0.113.7", 403)]
    [InlineData("127.0.0.9", "203.0.113.7, 198.51.100.1", "198.51.100.1", 200)]
    [InlineData("127.0.0.9", "203.0.113.7, 127.8.0.1", "203.0.113.7", 200)]
    [InlineData("127.0.0.9", "198.51.100.1, 203.0.113.7, 127.8.0.1", "198.51.100.1", 403)]
    [InlineData("127.0.0.9", "nobody", "203.0.113.7", 403)]
    [InlineData("127.0.0.9", "", "203.0.113.7", 403)]
    public async Task Forwarded_ByTheProxiesOfTheSettings_NamesTheCallerThatTheyCannotVouchFor(string from, string forwarded, string allowed, int status) =>
        (await CallAsync(proxied, allowed, from, "X-Forwarded-For: " + forwarded)).Status.ShouldBe(status);

    private static async Task<RawAnswer> CallAsync(OpenGate server, string allowed, string from, params string[] headers)
    {
        var key = await server.MakeAsync(new NewKey("here", AllowedIps: allowed.Split(',', StringSplitOptions.RemoveEmptyEntries)));
        var address = IPAddress.Parse(from);
        var host = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "[::1]" : "127.0.0.1";
        var request = server.Signed(key).With(headers) with { From = address };
        return await request.SendAsync(new Uri($"http://{host}:{server.Dashboard.BaseAddress.Port}"));
    }
}

/// <summary>Listens on both families with one socket.</summary>
public class BothFamilies : OpenGate
{
    protected override IEnumerable<string> Settings => ["--urls=http://[::]:0"];
}

/// <summary>Behind a proxy at 127.0.0.9 and any number of them in 127.8.0.0/16.</summary>
public sealed class BehindProxies : BothFamilies
{
    protected override IEnumerable<string> Settings => [.. base.Settings, "--Proxy:KnownProxies:0=127.0.0.9", "--Proxy:KnownNetworks:0=127.8.0.0/16"];
}
