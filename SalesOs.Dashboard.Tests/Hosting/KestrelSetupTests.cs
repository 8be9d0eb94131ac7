using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Gate;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>What two programs could cut differently is refused before it is routed; all that one caller can make the server hold has a limit.</summary>
public sealed class KestrelSetupTests(OpenGate gate) : IClassFixture<OpenGate>
{
    [Theory]
    [InlineData("GET /v1/whoami HTTP/1.1\nHost: {host}\r\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\r\nX-A: b\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\r\nAuthorization: {key}\n\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\r\nAuthorization: {key}\r\n\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\r\nAuthorization: {key}\rX: y\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\n Host: {host}\r\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\r\nX A: b\r\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\r\nno colon\r\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET /v1/whoami HTTP/1.1\r\nHost: {host}/x\r\nAuthorization: {key}\r\n\r\n")]
    [InlineData("GET  /v1/whoami HTTP/1.1\r\nHost: {host}\r\nAuthorization: {key}\r\n\r\n")]
    public async Task Head_ThatProgramsReadDifferently_Is400(string wire)
    {
        var key = await gate.MakeAsync();

        var answer = await SendAsync(key, "GET", "/v1/whoami", "", wire);

        answer.Status.ShouldBe(400);
        answer["Server"].ShouldBeNull();
        (await gate.VerdictsAsync(key)).Keys.ShouldNotContain(Verdict.LetIn);
    }

    [Theory]
    [InlineData("Content-Length: 2\r\nContent-Length: 2", "{}")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3", "{}")]
    [InlineData("Content-Length: 2, 2", "{}")]
    [InlineData("Content-Length: -2", "{}")]
    [InlineData("Content-Length: 0x2", "{}")]
    [InlineData("Content-Length: ２", "{}")]
    [InlineData("Content-Length: 99999999999999999999", "{}")]
    [InlineData("Transfer-Encoding: identity", "{}")]
    [InlineData("Transfer-Encoding: chunked, identity", "2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked", "2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, chunked", "2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: \vchunked", "2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked", "2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "2\n{}\n0\n\n")]
    [InlineData("Transfer-Encoding: chunked", "0x2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "2 \r\n{}x\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 2", "2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n")]
    public async Task Body_WhoseEndProgramsFindInDifferentPlaces_IsNeverLetIn(string framing, string body)
    {
        var key = await gate.MakeAsync();

        var answer = await SendAsync(key, "POST", "/v1/leads", "{}", $"POST /v1/leads HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: {{key}}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{body}");

        answer.Status.ShouldBeInRange(400, 499);
        answer["Server"].ShouldBeNull();
        (await gate.VerdictsAsync(key)).Keys.ShouldNotContain(Verdict.LetIn);
    }

    [Fact]
    public async Task Headers_SixtyFour_AreTakenAndOneMoreIs431()
    {
        var request = gate.Signed(await gate.MakeAsync()).With(Enumerable.Range(0, 62).Select(i => $"X-{i}: a"));

        (await gate.SendAsync(request)).Status.ShouldBe(200, "with Host and Authorization they are 64");
        (await gate.SendAsync(request.With("X-62: a"))).Status.ShouldBe(431);
    }

    [Fact]
    public async Task Headers_LongerThanThirtyTwoKilobytes_Are431()
    {
        var request = gate.Signed(await gate.MakeAsync());

        (await gate.SendAsync(request.With("X-Long: " + new string('a', 31 * 1024)))).Status.ShouldBe(200);
        (await gate.SendAsync(request.With("X-Long: " + new string('a', 32 * 1024)))).Status.ShouldBe(431);
    }

    [Fact]
    public async Task Target_LongerThanEightKilobytes_Is414()
    {
        var key = await gate.MakeAsync();

        (await gate.CallAsync(key, target: "/v1/leads?search=" + new string('a', 7000))).Status.ShouldBe(400, "the search is too long for the route");
        (await gate.CallAsync(key, target: "/v1/leads?search=" + new string('a', 9000))).Status.ShouldBe(414);
    }

    [Fact]
    public void Connections_AreLimited()
    {
        var limits = gate.Dashboard.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        limits.MaxConcurrentConnections!.Value.ShouldBeInRange(1_000, 100_000);
        limits.MaxConcurrentUpgradedConnections!.Value.ShouldBeInRange(1_000, limits.MaxConcurrentConnections.Value);
        limits.RequestHeadersTimeout.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(15));
        limits.MinRequestBodyDataRate.ShouldNotBeNull();
    }

    [Fact]
    public async Task Body_OfALimitAboveTheServersOwn_IsLetIn()
    {
        await using var wide = new WideGate();
        await wide.InitializeAsync();
        var body = Encoding.ASCII.GetBytes("""{"name":"Rui","phone":"1"}""".PadRight(WideGate.MaxBodyBytes));

        (await wide.SendAsync(wide.Signed(await wide.MakeAsync(), "POST", "/v1/leads", body).With("Content-Type: application/json"))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Answers_OfEveryStatus_DoNotNameTheServer()
    {
        var key = await gate.MakeAsync(new NewKey("one", Scopes: [Scopes.LeadsRead], RateLimit: 1));
        var writer = await gate.MakeAsync(singleUse: true);
        RawRequest[] requests =
        [
            gate.Signed(key),
            gate.Signed(key),
            gate.SignedLead(key),
            gate.SignedLead(writer),
            gate.SignedLead(writer),
            gate.Signed(writer, target: "/v1/./leads"),
            gate.Signed(writer, "DELETE"),
            gate.Signed(writer).With("Content-Encoding: gzip"),
            gate.Signed(writer, "POST", "/v1/leads").With("Content-Length: 1048577"),
            gate.Signed(writer).With("Host: twice"),
            gate.Signed(writer).With("X: " + new string('a', 40_000)),
            gate.Signed(writer, target: "/" + new string('a', 9_000)),
            new RawRequest("GET", "/v1/whoami"),
            new RawRequest("GET", "/v1/nothing"),
            new RawRequest("GET", "/nowhere"),
            new RawRequest("GET", "/integrations/api-keys"),
            new RawRequest("GET", "/health/live"),
            new RawRequest("GET", "/dashboard.css"),
            new RawRequest("GET", "/signed-out"),
        ];
        var statuses = new List<int>();
        foreach (var request in requests)
        {
            var answer = await gate.SendAsync(request);
            statuses.Add(answer.Status);
            answer.Headers.Select(h => h.Name).ShouldNotContain(name => name.Equals("Server", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Powered", StringComparison.OrdinalIgnoreCase));
        }

        statuses.Distinct().Order().ShouldBe([200, 201, 302, 400, 401, 403, 404, 405, 409, 413, 414, 415, 429, 431]);
    }

    private Task<RawAnswer> SendAsync(CreatedKey key, string method, string target, string body, string wire)
    {
        var header = RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, method, target, Encoding.UTF8.GetBytes(body));
        return RawRequest.SendAsync(
            gate.Dashboard.BaseAddress,
            wire.Replace("{host}", gate.Dashboard.BaseAddress.Authority, StringComparison.Ordinal).Replace("{key}", header, StringComparison.Ordinal));
    }

    private sealed class WideGate : OpenGate
    {
        public const int MaxBodyBytes = 32 * MiB;

        protected override IEnumerable<string> Settings => [string.Create(CultureInfo.InvariantCulture, $"--Gate:MaxBodyBytes={MaxBodyBytes}")];
    }
}
