using System.Diagnostics;
using System.Text;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Guarantee S1 on PostgreSQL: no secret and no k1 stands in a dump of the database.</summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class CanaryHuntOnPostgresTests
{
    [Fact]
    public async Task Secrets_OfAThousandKeys_StandInNoDump()
    {
        await using var house = await KeyHouse.OpenAsync();
        var hunt = new CanaryHunt();
        var k1 = new byte[SignatureChain.DigestSize];
        CreatedKey? made = null;
        for (var i = 0; i < 1000; i++)
        {
            made = await house.MakeAsync(new NewKey($"canary {i}"));
            hunt.Seek(Encoding.ASCII.GetBytes(made.Secret));
            SignatureChain.DeriveK1(made.Secret, made.ApiKey, k1);
            hunt.Seek(k1);
        }

        hunt.Seek(Convert.FromBase64String(await File.ReadAllTextAsync(Path.Combine(house.Directory, "master.key"))));
        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var format in (string[])["plain", "tar"])
        {
            places[format] = await DumpAsync(await File.ReadAllTextAsync(Path.Combine(house.Directory, "postgres.connection")), format);
        }

        hunt.In(places).ShouldBeEmpty();
        // What the database must hold shows that the hunt can find.
        hunt.Seek(Encoding.ASCII.GetBytes(made!.ApiKey));
        hunt.In(places).ShouldBe(["plain", "tar"]);
    }

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
