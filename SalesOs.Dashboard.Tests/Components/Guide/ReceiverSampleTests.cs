using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Tests.Components.Keys;
using static SalesOs.Dashboard.Tests.Components.Guide.GuideDashboard;

namespace SalesOs.Dashboard.Tests.Components.Guide;

/// <summary>The receivers of webhooks are saved as the guide prints them and run: they take what the product signs, once, and nothing else.</summary>
[Trait("Speed", "Slow")]
public sealed class ReceiverSampleTests : IDisposable
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"type":"key.spike","timestamp":"2026-11-29T10:00:00.000Z","data":{"api_key":{"name":"CRM sync"},"count":900}}""");

    private readonly string folder = Directory.CreateTempSubdirectory("salesos-receiver-").FullName;

    [Theory]
    [InlineData("javascript", "receiver.mjs")]
    [InlineData("python", "receiver.py")]
    public async Task Receiver_OfTheGuide_TakesWhatIsSignedOnceAndNothingElse(string language, string file)
    {
        var isPython = language == "python";
        Assert.SkipUnless(!isPython || SampleProcess.CanRun(Sample.Signed.Single(way => way.Id == "python")), "There is no python3; test.sh installs it.");
        await File.WriteAllTextAsync(Path.Combine(folder, file), Blocks(Source("en", "webhooks")).Single(block => block.Info == language).Code);
        var (secret, other, port) = (WebhookSecret.New(), WebhookSecret.New(), FreePort());
        using var receiver = Start(isPython ? "python3" : NodeJs.Program, file, secret, port);
        try
        {
            var (id, now) = (Guid.NewGuid(), DateTimeOffset.UtcNow);
            var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            await ListensAsync(port);

            (await SendAsync(url, WebhookSignature.Of(id, now, Body, [secret]), Body)).ShouldBe(HttpStatusCode.NoContent);
            (await SendAsync(url, WebhookSignature.Of(id, now, Body, [other, secret]), Body)).ShouldBe(HttpStatusCode.NoContent, "one of two is enough");
            (await SendAsync(url, WebhookSignature.Of(id, now.AddMinutes(-4), Body, [secret]), Body)).ShouldBe(HttpStatusCode.NoContent);
            (await SendAsync(url, WebhookSignature.Of(id, now.AddMinutes(-6), Body, [secret]), Body)).ShouldBe(HttpStatusCode.Unauthorized, "too old");
            (await SendAsync(url, WebhookSignature.Of(id, now.AddMinutes(6), Body, [secret]), Body)).ShouldBe(HttpStatusCode.Unauthorized, "not yet");
            (await SendAsync(url, WebhookSignature.Of(id, now, Body, [other]), Body)).ShouldBe(HttpStatusCode.Unauthorized, "another secret");
            (await SendAsync(url, WebhookSignature.Of(id, now, Body, [secret]), [.. Body, (byte)' '])).ShouldBe(HttpStatusCode.Unauthorized, "another body");
            (await SendAsync(url, WebhookSignature.Of(id, now, Body, [secret]) with { Id = "msg_other" }, Body)).ShouldBe(HttpStatusCode.Unauthorized, "another id");
            (await SendAsync(url, WebhookSignature.Of(id, now, Body, [secret]) with { Timestamp = "soon" }, Body)).ShouldBe(HttpStatusCode.Unauthorized);
            (await SendAsync(url, signature: null, Body)).ShouldBe(HttpStatusCode.Unauthorized);
        }
        finally
        {
            receiver.Kill(entireProcessTree: true);
            await receiver.WaitForExitAsync();
        }

        (await receiver.StandardOutput.ReadToEndAsync()).Trim().ShouldBe("key.spike CRM sync");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ListensAsync(int port)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var connection = new TcpClient();
            try
            {
                await connection.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(20);
            }
        }
    }

    private Process Start(string program, string file, byte[] secret, int port)
    {
        var start = new ProcessStartInfo(program, [file]) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["SALESOS_WEBHOOK_SECRET"] = WebhookSecret.Shown(secret);
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    /// <summary>Each over a connection of its own: the sample in Python speaks HTTP/1.0 and closes it after its answer, while another request might already be on it.</summary>
    private static async Task<HttpStatusCode> SendAsync(Uri url, WebhookSignature? signature, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        if (signature is not null)
        {
            request.Headers.Add(WebhookSignature.IdHeader, signature.Id);
            request.Headers.Add(WebhookSignature.TimestampHeader, signature.Timestamp);
            request.Headers.Add(WebhookSignature.SignatureHeader, signature.Signature);
        }

        using var client = new HttpClient();
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
