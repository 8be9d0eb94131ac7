using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Guarantee S1 on PostgreSQL and Redis: no secret and no k1 stands in a dump of either, of keys that were made, revealed and used.</summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class CanaryHuntOnPostgresTests
{
    private const int Keys = 1000;

    [Fact]
    public async Task Secrets_OfAThousandKeys_StandInNoDump()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var dashboard = await RunningDashboard.StartAsync(settings: ["--Redis:ConnectionString=" + redis.ConnectionString, "--Redis:PatienceMilliseconds=5000", "--Oidc:Authority=http://127.0.0.1:1"]);
        var hunt = new CanaryHunt();
        var k1 = new byte[SignatureChain.DigestSize];
        var reveals = dashboard.Services.GetRequiredService<KeyReveals>();
        CreatedKey made = null!;
        for (var i = 0; i < Keys; i++)
        {
            // Nobody has more waiting than one person may.
            var maker = KeyHouse.Admin() with { Subject = $"maker {i / PendingReveals.MostPerPerson}" };
            var id = (await reveals.CreateAsync(new NewKey($"canary {i}", SingleUse: true), maker)).Value!.Id;
            made = (await reveals.ShowAsync(id, maker)).Value!.Created;
            hunt.Seek(Encoding.ASCII.GetBytes(made.Secret));
            SignatureChain.DeriveK1(made.Secret, made.ApiKey, k1);
            hunt.Seek(k1);
            var header = RequestSigner.Authorization(made.ApiKey, made.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
            (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(dashboard.BaseAddress)).Status.ShouldBe(200);
            if (i % 2 == 0)
            {
                (await reveals.AcknowledgeAsync(id, maker)).ShouldBeTrue();
            }
        }

        hunt.Seek(Convert.FromBase64String(await File.ReadAllTextAsync(Path.Combine(dashboard.DataDirectory, "master.key"))));
        (await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["redis"] = await redis.DumpAsync() };
        foreach (var format in (string[])["plain", "tar"])
        {
            places[format] = await DumpAsync(await File.ReadAllTextAsync(Path.Combine(dashboard.DataDirectory, "postgres.connection")), format);
        }

        hunt.In(places).ShouldBeEmpty();
        // What they must hold shows that the hunt can find.
        Count(places["redis"], ":short:").ShouldBe(Keys / 2, "the reveals that nobody has said to have saved");
        var known = new CanaryHunt();
        known.Seek(Encoding.ASCII.GetBytes(made.ApiKey));
        known.In(places).ShouldBe(["plain", "tar"]);
        known.Seek(Encoding.ASCII.GetBytes(made.Key.Id.ToString("N")));
        known.In(places).ShouldContain(place => place == "redis");
    }

    private static int Count(byte[] bytes, string text) => Encoding.Latin1.GetString(bytes).Split(text).Length - 1;

    private static async Task<byte[]> DumpAsync(string connection, string format)
    {
        var (server, parts) = (await PostgresServer.Shared, new Npgsql.NpgsqlConnectionStringBuilder(connection));
        using var dump = Process.Start(new ProcessStartInfo(
            Path.Combine(server.Binaries, "pg_dump"),
            ["--host=" + parts.Host, "--port=" + parts.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--username=" + parts.Username, "--format=" + format, parts.Database!])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        using var written = new MemoryStream();
        await dump.StandardOutput.BaseStream.CopyToAsync(written);
        await dump.WaitForExitAsync();
        dump.ExitCode.ShouldBe(0);
        return written.ToArray();
    }
}
