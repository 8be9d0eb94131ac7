using System.Diagnostics;
using System.Net;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantees N1 and N3: what was acknowledged is there, whatever happens next; what was not is whole or absent.</summary>
[Trait("Speed", "Long")]
public sealed class KilledProgramTests : IDisposable
{
    private const int Clients = 4;

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly Random random = new(FaultRun.Seed);
    private TimeSpan slowestStart;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Kill_UnderMixedLoad_LosesNoAcknowledgedActAndLeavesNoHalfOne()
    {
        var ledger = new Ledger(FaultRun.Seed, Clients);
        long killedAt = 0;
        for (var round = 0; round < FaultRun.Kills; round++)
        {
            var (program, address) = await StartAsync();
            await using var killed = program;
            await ShouldBeWholeAsync(address, ledger, killedAt);
            var until = ledger.Acknowledged + random.Next(1, 60);
            var kill = Task.Run(async () =>
            {
                // The clients act on while the kill is on its way, so that it falls anywhere.
                while (ledger.Acknowledged < until)
                {
                    await Task.Delay(1);
                }

                killedAt = Stopwatch.GetTimestamp();
                await program.KillAsync();
            });
            await Task.WhenAll(ledger.Clients.Select(client => client.RunAsync(address, () => true)));
            await kill;
        }

        var (last, at) = await StartAsync();
        await using var ending = last;
        await ShouldBeWholeAsync(at, ledger, killedAt);
        FaultRun.Tell(
            $"kill -9: seed {FaultRun.Seed}, {FaultRun.Kills} kills, {ledger.Acknowledged} acts acknowledged and there, {ledger.Unanswered.Open} not answered of which {ledger.Unanswered.Whole} "
            + $"are there whole and none by half; the oldest use not counted was {ledger.MostUsageMissing.TotalMilliseconds:0} ms old; slowest start to ready {slowestStart.TotalMilliseconds:0} ms");
        ledger.Acknowledged.ShouldBeGreaterThan(FaultRun.Kills);
        // One second between two flushes, and the time that one takes; on a machine that is busy with other tests that is no measure.
        ledger.MostUsageMissing.ShouldBeLessThan(TimeSpan.FromSeconds(FaultRun.Full ? 2.5 : 15));
        slowestStart.ShouldBeLessThan(TimeSpan.FromSeconds(FaultRun.Full ? 5 : 30));
    }

    private async Task<(ProgramProcess Program, Uri Address)> StartAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var (program, address) = await ProgramProcess.StartAsync(directory);
        using var client = new HttpClient { BaseAddress = address };
        while ((await client.GetAsync("/health/ready")).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(10);
        }

        var took = Stopwatch.GetElapsedTime(began);
        slowestStart = took > slowestStart ? took : slowestStart;
        return (program, address);
    }

    /// <summary>After the program's own recovery, beside it: what is stored is what the ledger says, and the keys answer accordingly.</summary>
    private async Task ShouldBeWholeAsync(Uri address, Ledger ledger, long killedAt)
    {
        await using var stored = StoredData.Open(directory);
        await ledger.CompareAsync(stored, killedAt);
        await ShouldSignAsync(address, ledger);
    }

    /// <summary>The latest keys of each client: those that live are let in, those that were paused, revoked or deleted are not.</summary>
    private static async Task ShouldSignAsync(Uri address, Ledger ledger)
    {
        using var client = new HttpClient { BaseAddress = address };
        foreach (var key in ledger.Clients.SelectMany(c => c.Keys.TakeLast(10)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
            request.Headers.TryAddWithoutValidation(
                "Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(key.Revoked || key.Deleted ? HttpStatusCode.Unauthorized : key.Paused ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                key.Uses.Add(Stopwatch.GetTimestamp());
            }
        }
    }
}
