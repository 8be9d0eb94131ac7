using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class StoppedProgramTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Sigterm_AfterSignedRequests_WritesTheirUsageAndExitsWithZero()
    {
        // The writer would not come round by itself within the test.
        var (program, address) = await ProgramProcess.StartAsync(directory, "--Usage:FlushSeconds=60");
        await using var stopped = program;
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", "stopped");
        using var made = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"used"}""", Encoding.UTF8, "application/json"));
        var key = JsonElement.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        for (var i = 0; i < 25; i++)
        {
            var header = RequestSigner.Authorization(
                key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
            (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(address)).Status.ShouldBe(200);
        }

        (await program.TerminateAsync()).ShouldBe(0);

        program.Errors.ShouldBeEmpty();
        program.Output.ShouldNotContain(line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal));
        await using var stored = StoredData.Open(directory);
        await using var db = stored.Database.Read("stopped");
        (await db.Set<ApiKey>().SingleAsync()).UsageCount.ShouldBe(25);
    }
}
