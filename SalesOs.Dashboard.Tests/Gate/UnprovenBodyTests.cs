using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Faults;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Bodies that are sent almost to their end and then held, under a key that is unknown, or known and signed wrongly: the program stays small and serves others.</summary>
[Trait("Speed", "Long")]
public sealed class UnprovenBodyTests : IDisposable
{
    private const int Length = OpenGate.MiB;

    /// <summary>A third of what 300 bodies take when they are kept, and a twentieth of what 2,000 do.</summary>
    private const long MostMore = 100L << 20;

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bodies_HeldByManyConnections_TakeLittleMemoryAndOthersAreServed(bool knownKey)
    {
        var connections = FaultRun.Full ? 2000 : 300;
        var (program, address) = await ProgramProcess.StartAsync(directory);
        await using var running = program;
        var (apiKey, secret) = await MadeKeyAsync(address);
        // What any load makes the program keep (code, threads, pools) is not the bodies' doing.
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await ServedAsync(address, apiKey, secret, bodyLength: 4000));
        var before = WorkingSet(program.Id);
        var named = knownKey ? apiKey : CredentialFormat.NewApiKey(test: false);
        var clients = new List<TcpClient>();
        try
        {
            await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
            {
                var client = await HoldAsync(address, named);
                lock (clients)
                {
                    clients.Add(client);
                }
            });
            var most = WorkingSet(program.Id);
            for (var i = 0; i < 10; i++)
            {
                await ServedAsync(address, apiKey, secret, bodyLength: 4000);
                await Task.Delay(100);
                most = Math.Max(most, WorkingSet(program.Id));
            }

            FaultRun.Tell($"{connections} connections with {Length} bytes of unproven body each, key {(knownKey ? "known" : "unknown")}: {before >> 20} MB before, at most {most >> 20} MB");
            (most - before).ShouldBeLessThan(MostMore);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Sends all of a request but the last byte of its body; a program that has answered in between may take no more.</summary>
    private static async Task<TcpClient> HoldAsync(Uri address, string apiKey)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var header = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /v1/leads HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: P2S-SIGN-V1 {apiKey}:{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}:{new string('0', 64)}\r\nContent-Length: {Length}\r\n\r\n");
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(header), patience.Token);
            await client.GetStream().WriteAsync(new byte[Length - 1], patience.Token);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // It was refused for want of room.
        }

        return client;
    }

    private static async Task ServedAsync(Uri address, string apiKey, string secret, int bodyLength)
    {
        var body = Encoding.ASCII.GetBytes($$"""{"name":"{{Guid.NewGuid()}}","phone":"1"}""".PadRight(bodyLength));
        var answer = await new RawRequest("POST", "/v1/leads") { Body = body }
            .With("Content-Type: application/json", "Authorization: " + RequestSigner.Authorization(apiKey, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "POST", "/v1/leads", body))
            .SendAsync(address);
        answer.Status.ShouldBe(201, answer.Body);
    }

    private static async Task<(string ApiKey, string Secret)> MadeKeyAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", "bodies");
        using var made = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"bodies","rate_limit":1000000}""", Encoding.UTF8, "application/json"));
        var key = JsonElement.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        return (key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!);
    }

    private static long WorkingSet(int process)
    {
        using var running = Process.GetProcessById(process);
        return running.WorkingSet64;
    }
}
