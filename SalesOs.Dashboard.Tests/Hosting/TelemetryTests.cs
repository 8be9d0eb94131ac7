using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;

namespace SalesOs.Dashboard.Tests.Hosting;

[Trait("Speed", "Slow")]
public sealed class TelemetryTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>The collector is a real one as far as HTTP goes: it takes OTLP's protobuf and keeps the bytes.</summary>
    [Fact]
    public async Task WithACollector_TracesMetricsAndLogsReachIt_WithoutTheSecret()
    {
        var received = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var collector = await CollectorAsync(received);
        var address = collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var (program, dashboard) = await ProgramProcess.StartAsync(
            directory, "--OTEL_EXPORTER_OTLP_ENDPOINT=" + address, "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--Logging:LogLevel:Default=Trace",
            "--Node:Name=web-of-this-test", "--OTEL_SERVICE_NAME=keys-of-this-test");
        await using var stopped = program;
        using var client = new HttpClient { BaseAddress = dashboard };
        using var create = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys") { Content = new StringContent("""{"name":"seen"}""", Encoding.UTF8, "application/json") };
        create.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        create.Headers.Add("X-Tenant-Id", "telemetry");
        using var made = await client.SendAsync(create);
        var key = JsonElement.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        var (apiKey, secret) = (key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!);
        foreach (var signer in (string[])[secret, CredentialFormat.NewSecret(test: false)])
        {
            var header = RequestSigner.Authorization(apiKey, signer, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
            await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(dashboard);
        }

        using var stale = await client.GetAsync("/signin-oidc?code=x&state=y");

        (await program.TerminateAsync()).ShouldBe(0);

        received["/v1/metrics"].ShouldContain("salesos.gate.requests");
        received["/v1/metrics"].ShouldContain("let_in");
        received["/v1/metrics"].ShouldContain("bad_signature");
        received["/v1/metrics"].ShouldContain("salesos.usage.waiting_keys");
        received["/v1/metrics"].ShouldContain("salesos.sign_ins");
        received["/v1/metrics"].ShouldContain("expired");
        received["/v1/metrics"].ShouldContain("salesos.circuits.open");
        received["/v1/traces"].ShouldContain("/v1/whoami");
        received["/v1/logs"].ShouldContain("Told to stop");
        received.Keys.ShouldBe(["/v1/logs", "/v1/metrics", "/v1/traces"], ignoreOrder: true);
        foreach (var signal in received.Values)
        {
            // A name of the resource, how long its value is, and the value.
            signal.ShouldMatch("(?s)service\\.instance\\.id.{1,6}web-of-this-test");
            signal.ShouldMatch("(?s)service\\.name.{1,6}keys-of-this-test");
            signal.ShouldNotContain(secret);
            signal.ShouldNotContain(apiKey);
            signal.ShouldNotContain(Platform.ServiceKey);
        }
    }

    [Fact]
    public async Task CollectorThatIsNoAddress_RefusesToStart()
    {
        var (exitCode, _, errors) = await ProgramProcess.RunAsync("Development", $"--Data:Directory={directory}", "--OTEL_EXPORTER_OTLP_ENDPOINT=collector");

        exitCode.ShouldBe(1);
        errors.ShouldHaveSingleItem().ShouldStartWith("OTEL_EXPORTER_OTLP_ENDPOINT: ");
    }

    /// <summary>As the container's settings have it.</summary>
    [Fact]
    public async Task WithTheJsonFormatter_EveryLineOfTheLogIsOneObject()
    {
        var (program, _) = await ProgramProcess.StartAsync(directory, "--Logging:Console:FormatterName=json");
        await using var stopped = program;

        (await program.TerminateAsync()).ShouldBe(0);

        program.Output.ShouldNotBeEmpty();
        foreach (var line in program.Output)
        {
            JsonElement.Parse(line).GetProperty("LogLevel").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Protobuf keeps texts as they are.
            received.AddOrUpdate(context.Request.Path.Value!, Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        await collector.StartAsync();
        return collector;
    }
}
