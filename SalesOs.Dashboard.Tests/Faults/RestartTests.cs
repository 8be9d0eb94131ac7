using System.Net;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee N8: a restart, clean or by kill -9, refuses no good signature and lets none in twice, also from clients whose clocks are ahead or behind.</summary>
[Trait("Speed", "Long")]
public sealed class RestartTests : IDisposable
{
    private const string Target = "/v1/leads";
    private static readonly int[] Skews = [-25, 0, 25];

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly Random random = new(FaultRun.Seed);

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Restart_UnderSignedWrites_RefusesNothingGoodAndTakesNothingTwice()
    {
        var restarts = FaultRun.Full ? FaultRun.Kills : 4;
        var clients = Skews.Select(skew => new Client(skew)).ToList();
        var (apiKey, secret) = ("", "");
        for (var round = 0; round <= restarts; round++)
        {
            var (program, address) = await ProgramProcess.StartAsync(directory);
            await using var running = program;
            if (round == 0)
            {
                (apiKey, secret) = await MadeKeyAsync(address);
            }

            await Task.WhenAll(clients.Select(client => client.SendAgainAsync(address)));
            var until = clients.Sum(c => c.Accepted) + random.Next(1, 90);
            var going = Task.WhenAll(clients.Select(client => client.WriteAsync(address, apiKey, secret)));
            while (clients.Sum(c => c.Accepted) < until)
            {
                await Task.WhenAny(going, Task.Delay(1));
                going.IsFaulted.ShouldBeFalse(going.Exception?.ToString());
            }

            await (round % 2 == 0 ? program.KillAsync() : program.TerminateAsync());
            await going;
            program.Output.ShouldNotContain(line => line.Contains("single use", StringComparison.Ordinal));
        }

        FaultRun.Tell(
            $"restarts under signed writes: seed {FaultRun.Seed}, {restarts + 1} stops, half of them kill -9; {clients.Sum(c => c.Accepted)} signatures accepted at {string.Join(", ", Skews)} s; "
            + $"refused: {clients.Sum(c => c.Refused)}; sent again after the restart: {clients.Sum(c => c.SentAgain)}, of which taken {clients.Sum(c => c.TakenAgain)}");
        clients.ShouldAllBe(c => c.Refused == 0 && c.TakenAgain == 0);
        clients.Sum(c => c.SentAgain).ShouldBeGreaterThan(restarts);
    }

    private static async Task<(string ApiKey, string Secret)> MadeKeyAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", "restarts");
        using var made = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"writes","rate_limit":1000000}""", Encoding.UTF8, "application/json"));
        var key = JsonElement.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        return (key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!);
    }

    /// <summary>Writes without pause and keeps what was accepted as long as its timestamp is in the window.</summary>
    private sealed class Client(int skew)
    {
        private readonly List<(string Header, string Body, long Timestamp)> kept = [];
        private int written;

        public int Accepted { get; private set; }

        /// <summary>Good signatures that got another answer than 201.</summary>
        public int Refused { get; private set; }

        public int SentAgain { get; private set; }

        public int TakenAgain { get; private set; }

        public async Task WriteAsync(Uri address, string apiKey, string secret)
        {
            using var client = new HttpClient { BaseAddress = address };
            try
            {
                while (true)
                {
                    var body = FormattableString.Invariant($$"""{"name":"{{skew}} {{++written}}","phone":"1"}""");
                    var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + skew;
                    var header = RequestSigner.Authorization(apiKey, secret, timestamp, "POST", Target, Encoding.UTF8.GetBytes(body));
                    var status = await SendAsync(client, header, body);
                    if (status == HttpStatusCode.Created)
                    {
                        kept.Add((header, body, timestamp));
                        Accepted++;
                    }
                    else
                    {
                        Refused++;
                    }
                }
            }
            catch (Exception fault) when (FaultRun.IsCutLine(fault))
            {
                // The program is gone.
            }
        }

        /// <summary>All that is still in the window must be known: 409.</summary>
        public async Task SendAgainAsync(Uri address)
        {
            using var client = new HttpClient { BaseAddress = address };
            // A second of the window is left, so that it is not at its edge by the time that it comes.
            kept.RemoveAll(k => k.Timestamp < DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 28);
            foreach (var (header, body, timestamp) in kept)
            {
                var status = await SendAsync(client, header, body);
                SentAgain++;
                TakenAgain += status == HttpStatusCode.Created ? 1 : 0;
                if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - timestamp) < 30)
                {
                    status.ShouldBe(HttpStatusCode.Conflict);
                }
            }
        }

        private static async Task<HttpStatusCode> SendAsync(HttpClient client, string header, string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Target) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }
}
