using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>HTTP/2, which Kestrel speaks over TLS: the same requests are let in and the same are refused.</summary>
public sealed class Http2Tests(Http2Tests.OverTls gate) : IClassFixture<Http2Tests.OverTls>
{
    [Theory]
    [InlineData("GET", "/v1/whoami", "", HttpStatusCode.OK)]
    [InlineData("GET", "/v1/leads?search=a%2Fb&page=1", "", HttpStatusCode.OK)]
    [InlineData("POST", "/v1/leads", """{"name":"Rui","phone":"1"}""", HttpStatusCode.Created)]
    [InlineData("POST", "/functions/v1/default-integration", """{"action":"x"}""", HttpStatusCode.BadRequest)]
    public async Task Request_Signed_IsLetIn(string method, string target, string body, HttpStatusCode status)
    {
        var key = await gate.MakeAsync();

        using var answer = await gate.CallAsync(key, method, target, body);

        answer.StatusCode.ShouldBe(status);
        answer.Headers.GetValues("X-RateLimit-Remaining").ShouldBe(["999"]);
        answer.Headers.Server.ShouldBeEmpty();
        (await gate.VerdictsAsync(key))[Verdict.LetIn].ShouldBe(1);
    }

    [Theory]
    [InlineData("/v1/leads/a%2Fb", "/v1/leads/a%252Fb")]
    [InlineData("/v1/leads/a%2Fb", "/v1/leads/a%2fb")]
    [InlineData("/v1/leads/a", "/v1/leads/%61")]
    [InlineData("/v1/leads/a", "/v1/leads/a/")]
    [InlineData("/v1/leads", "/v1/leads?")]
    [InlineData("/v1/leads?page=1&per_page=2", "/v1/leads?per_page=2&page=1")]
    [InlineData("/v1/leads?search=a+b", "/v1/leads?search=a%20b")]
    public async Task Signature_OfOnePath_DoesNotOpenItsTwin(string one, string twin)
    {
        var key = await gate.MakeAsync();

        foreach (var (signed, sent) in new[] { (one, twin), (twin, one) })
        {
            using var letIn = await gate.CallAsync(key, "GET", signed);
            letIn.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
            using var refused = await gate.SendAsync("GET", sent, gate.Header(key, "GET", signed));
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Theory]
    [InlineData("/v1/x/%2e%2e/whoami")]
    [InlineData("/v1/./whoami")]
    [InlineData("/v1/x/../whoami")]
    [InlineData(@"/v1/leads/a\b")]
    public async Task Path_ThatIsNotPlain_IsRefusedThoughSigned(string target)
    {
        var key = await gate.MakeAsync();

        using var answer = await gate.CallAsync(key, "GET", target);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CodeAsync(answer)).ShouldBe("VALIDATION_ERROR");
    }

    [Fact]
    public async Task Request_WithAFaultyCredential_HasTheAnswerOfHttp1()
    {
        using var unsigned = await gate.SendAsync("GET", "/v1/whoami");
        using var late = await gate.CallAsync(await gate.MakeAsync(), "GET", "/v1/whoami", skew: -31);

        foreach (var answer in (HttpResponseMessage[])[unsigned, late])
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            answer.Headers.WwwAuthenticate.ShouldBe([new AuthenticationHeaderValue("P2S-SIGN-V1")]);
            (await CodeAsync(answer)).ShouldBe("UNAUTHORIZED");
        }
    }

    [Fact]
    public async Task Checks_AfterTheSignature_RefuseAsOverHttp1()
    {
        var reader = await gate.MakeAsync(new NewKey("reader", Scopes: [Scopes.LeadsRead], RateLimit: 1));
        using var scope = await gate.CallAsync(reader, "POST", "/v1/leads", "{}");
        scope.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var first = await gate.CallAsync(reader, "GET", "/v1/leads");
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var limit = await gate.CallAsync(reader, "GET", "/v1/leads");
        limit.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        using var address = await gate.CallAsync(await gate.MakeAsync(new NewKey("elsewhere", AllowedIps: ["203.0.113.7"])), "GET", "/v1/whoami");
        address.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        var once = await gate.MakeAsync(singleUse: true);
        using var fresh = await gate.CallAsync(once, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}""");
        fresh.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var replayed = await gate.CallAsync(once, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}""");
        replayed.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    /// <summary>The whole body is waited for before it is used: the flow control must not wait for its use.</summary>
    [Theory]
    [InlineData(OpenGate.MiB, true, HttpStatusCode.Created)]
    [InlineData(OpenGate.MiB, false, HttpStatusCode.Created)]
    [InlineData(OpenGate.MiB + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(OpenGate.MiB + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_AtTheLimit_IsLetInAndOneByteMoreIs413(int length, bool tellLength, HttpStatusCode status)
    {
        using var answer = await gate.CallAsync(await gate.MakeAsync(), "POST", "/v1/leads", """{"name":"Rui","phone":"1"}""".PadRight(length), tellLength: tellLength);

        answer.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Body_Encoded_Is415()
    {
        using var answer = await gate.SendAsync("POST", "/v1/leads", gate.Header(await gate.MakeAsync(), "POST", "/v1/leads"), encoding: "gzip");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString();

    /// <summary>The program behind a certificate that it has made for itself.</summary>
    public sealed class OverTls : OpenGate, IDisposable
    {
        private readonly X509Certificate2 certificate = MakeCertificate();
        private readonly HttpClient client;

        public OverTls() => client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString() },
        });

        protected override IEnumerable<string> Settings => ["--urls=https://127.0.0.1:0"];

        public string Header(CreatedKey key, string method, string target, string body = "", int skew = 0) =>
            RequestSigner.Authorization(key.ApiKey, key.Secret, Seconds + skew, method, target, Encoding.UTF8.GetBytes(body));

        public Task<HttpResponseMessage> CallAsync(CreatedKey key, string method, string target, string body = "", int skew = 0, bool tellLength = true) =>
            SendAsync(method, target, Header(key, method, target, body, skew), body, tellLength);

        public async Task<HttpResponseMessage> SendAsync(
            string method, string target, string? authorization = null, string body = "", bool tellLength = true, string? encoding = null)
        {
            // As it is written: HttpClient would tidy it up.
            var address = new Uri($"https://{Dashboard.BaseAddress.Authority}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var request = new HttpRequestMessage(new HttpMethod(method), address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization).ShouldBeTrue();
            }

            if (body.Length > 0 || encoding is not null)
            {
                var bytes = Encoding.UTF8.GetBytes(body);
                request.Content = tellLength ? new ByteArrayContent(bytes) : new StreamContent(new UnseekableStream(bytes));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                if (encoding is not null)
                {
                    request.Content.Headers.ContentEncoding.Add(encoding);
                }
            }

            var answer = await client.SendAsync(request);
            answer.Version.ShouldBe(HttpVersion.Version20);
            return answer;
        }

        public void Dispose()
        {
            client.Dispose();
            certificate.Dispose();
        }

        protected override void Configure(WebApplicationBuilder builder)
        {
            base.Configure(builder);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate));
        }

        private static X509Certificate2 MakeCertificate()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    /// <summary>Its length can't be told beforehand.</summary>
    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
