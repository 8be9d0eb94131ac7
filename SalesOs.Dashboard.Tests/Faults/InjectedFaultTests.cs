using System.Text.RegularExpressions;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee N6: the disk fails under the running program, which acknowledges nothing that is not there and goes on by itself once the disk is well.</summary>
[Trait("Speed", "Long")]
public sealed class InjectedFaultTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>SQLite writes by <c>pwrite64</c> and syncs by <c>fsync</c> here; the others are what it uses elsewhere.</summary>
    private static IEnumerable<(string Calls, string Fault, string When)> Faults()
    {
        string[] everyTime = [""];
        foreach (var fault in (string[])["EIO", "ENOSPC", "EROFS"])
        {
            foreach (var when in FaultRun.Full ? [":when=2+2", ":when=1+7", .. everyTime] : everyTime)
            {
                yield return ("pwrite64,write,pwritev,writev", fault, when);
                if (fault != "EROFS")
                {
                    yield return ("fsync,fdatasync", fault, when);
                }
            }
        }

        yield return ("pwrite64,write,pwritev,writev", "EIO", ":when=5+3");
        yield return ("fsync,fdatasync", "EIO", ":when=2+2");
    }

    [Fact]
    public async Task Disk_Failing_IsAnsweredWith5xxAndNothingFalseIsAcknowledged()
    {
        await Strace.DemandAsync();
        var ledger = new Ledger(FaultRun.Seed, clients: 3);
        var (program, address) = await ProgramProcess.StartAsync(directory);
        await using var running = program;
        await ledger.ActAsync(address, acts: 20);
        ledger.Refused.ShouldBe(0);

        foreach (var (calls, fault, when) in Faults())
        {
            var (acknowledged, refused) = (ledger.Acknowledged, ledger.Refused);
            await using (var strace = await Strace.AttachAsync(
                program.Id, "-P", DatabaseFile, "-P", DatabaseFile + "-wal", "-e", "trace=" + calls, "-e", $"inject={calls}:error={fault}{when}"))
            {
                await ledger.ActAsync(address, FaultRun.Full ? 60 : 12);
                (await strace.DetachAsync()).ShouldContain(line => line.Contains("(INJECTED)", StringComparison.Ordinal), $"{calls} {fault}");
            }

            ledger.Refused.ShouldBeGreaterThan(refused, $"{calls} {fault}{when}");
            if (when.Length == 0)
            {
                ledger.Acknowledged.ShouldBe(acknowledged, $"{calls} {fault}: acknowledged without being written");
            }

            // Without a restart: the first acts after it are acknowledged again.
            var before = ledger.Refused;
            await ledger.ActAsync(address, acts: 10);
            ledger.Refused.ShouldBe(before, $"after {calls} {fault}{when}");
            await using var stored = StoredData.Open(directory);
            await CompareOnceCountedAsync(ledger, stored);
            FaultRun.Tell($"{fault} on {calls}{when}: {ledger.Refused - refused} acts answered 5xx, none of them there; recovered without a restart");
        }

        await program.KillAsync();
        var (again, _) = await ProgramProcess.StartAsync(directory);
        await using var recovered = again;
        await using var kept = StoredData.Open(directory);
        await ledger.CompareAsync(kept, killedAt: System.Diagnostics.Stopwatch.GetTimestamp());
        FaultRun.Tell($"injected faults: seed {FaultRun.Seed}, {ledger.Acknowledged} acts acknowledged and there, {ledger.Refused} answered 5xx and not there");
    }

    /// <summary>Guarantee N1, seen from the system: the last bytes of the change are written, then synced, and only then the answer goes out.</summary>
    [Fact]
    public async Task Change_BeforeItsAnswer_IsSynced()
    {
        await Strace.DemandAsync();
        var ledger = new Ledger(FaultRun.Seed, clients: 1);
        var (program, address) = await ProgramProcess.StartAsync(directory, "--Usage:FlushSeconds=60");
        await using var running = program;
        await ledger.ActAsync(address, acts: 1);
        await using var strace = await Strace.AttachAsync(program.Id, "-y", "-s", "64", "-e", "trace=pwrite64,write,pwritev,writev,fsync,fdatasync,sendto,sendmsg");

        await ledger.ActAsync(address, acts: 1);

        var calls = (await strace.DetachAsync()).ToList();
        var answer = calls.FindIndex(line => Regex.IsMatch(line, @"\b(?:sendto|sendmsg|write|writev)\(.*HTTP/1\.1 201"));
        var synced = calls.FindLastIndex(answer < 0 ? 0 : answer, line => Regex.IsMatch(line, @"\b(?:fsync|fdatasync)\(\d+<[^>]*-wal>"));
        var written = calls.FindLastIndex(answer < 0 ? 0 : answer, line => Regex.IsMatch(line, @"\bp?write(?:64|v)?\(\d+<[^>]*-wal>"));
        written.ShouldBeGreaterThan(-1, string.Join('\n', calls));
        synced.ShouldBeGreaterThan(written, "an fsync of the write-ahead log after its last write");
        answer.ShouldBeGreaterThan(synced, "and before the answer");
    }

    private string DatabaseFile => Path.Combine(directory, "salesos.db");

    /// <summary>The counts are exact once the writer has come round.</summary>
    private static async Task CompareOnceCountedAsync(Ledger ledger, StoredData stored)
    {
        for (var i = 0; !await ledger.AllCountedAsync(stored); i++)
        {
            i.ShouldBeLessThan(200, "the counts are written within seconds");
            await Task.Delay(50);
        }

        await ledger.CompareAsync(stored, killedAt: null);
    }
}
