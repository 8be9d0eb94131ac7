using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>Guarantee N1: what was acknowledged is there, whatever happens next; what was not is whole or absent.</summary>
public sealed class KilledProgramTests : IDisposable
{
    private const string Tenant = "killed";
    private const int Rounds = 10;
    private const int Clients = 4;

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Keys_AcknowledgedBeforeAKill_AreThereWithTheirEntriesAndSign()
    {
        var acknowledged = new ConcurrentQueue<JsonElement>();
        for (var round = 0; round < Rounds; round++)
        {
            var (program, address) = await ProgramProcess.StartAsync(directory);
            await using var killed = program;
            await ShouldSignAsync(address, acknowledged);
            await CreateUntilKilledAsync(program, address, acknowledged, Random.Shared.Next(1, 20));
            await ShouldBeWholeAsync(acknowledged);
        }

        var (last, at) = await ProgramProcess.StartAsync(directory);
        await using var ending = last;
        await ShouldSignAsync(at, acknowledged);
        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(Rounds);
    }

    /// <summary>Several clients create without pause; the kill falls on the answer of the given number, while the others are anywhere.</summary>
    private static async Task CreateUntilKilledAsync(ProgramProcess program, Uri address, ConcurrentQueue<JsonElement> acknowledged, int answers)
    {
        var answered = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            using var client = new HttpClient { BaseAddress = address };
            client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
            client.DefaultRequestHeaders.Add("X-Tenant-Id", Tenant);
            try
            {
                while (true)
                {
                    using var answer = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"kept"}""", Encoding.UTF8, "application/json"));
                    acknowledged.Enqueue(JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data"));
                    if (Interlocked.Increment(ref answered) == answers)
                    {
                        await program.KillAsync();
                    }
                }
            }
            catch (HttpRequestException)
            {
                // The program is gone; what was under way was not acknowledged.
            }
        }));
    }

    private async Task ShouldBeWholeAsync(ConcurrentQueue<JsonElement> acknowledged)
    {
        await using var stored = StoredData.Open(directory);
        await using var db = stored.Database.Read(Tenant);
        var keys = await db.Set<ApiKey>().Select(k => k.Id).ToListAsync();
        var entries = await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.KeyCreated).Select(e => e.KeyId!.Value).ToListAsync();
        acknowledged.Select(k => k.GetProperty("id").GetGuid()).ShouldBeSubsetOf(keys);
        entries.ShouldBe(keys, ignoreOrder: true);
        (await new AuditVerification(stored.Database).VerifyAsync(Tenant)).ShouldBe(new ChainVerdict(entries.Count, FirstBad: null));
        (await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check").ToListAsync()).ShouldBe(["ok"]);
    }

    private static async Task ShouldSignAsync(Uri address, IEnumerable<JsonElement> keys)
    {
        foreach (var key in keys)
        {
            var header = RequestSigner.Authorization(
                key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
            (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(address)).Status.ShouldBe(200);
        }
    }
}
