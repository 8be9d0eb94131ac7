using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee N6 on a disk that is really full.</summary>
[Trait("Speed", "Long")]
public sealed class FullDiskTests
{
    [Fact]
    public async Task Disk_ReallyFull_AcknowledgesNothingFalseAndRecoversOnceThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(mebibytes: 40);
        var ledger = new Ledger(FaultRun.Seed, clients: 2);
        var (program, address) = await ProgramProcess.StartAsync(disk.Directory);
        await using (program)
        {
            await ledger.ActAsync(address, acts: 10);
            program.Output.ShouldContain(line => line.Contains("MiB are free", StringComparison.Ordinal));

            await disk.FillAsync();
            // The write-ahead log goes on in the room that it has, and then no further.
            await ledger.ActAsync(address, acts: 150);
            ledger.Refused.ShouldBeGreaterThan(20);
            (await WritesAsync(address)).ShouldBe("degraded");

            disk.MakeRoom();
            var refused = ledger.Refused;
            await ledger.ActAsync(address, acts: 10);
            ledger.Refused.ShouldBe(refused);
            (await WritesAsync(address)).ShouldBe("ready");
            (await program.TerminateAsync()).ShouldBe(0);
            await using var stored = StoredData.Open(disk.Directory);
            await ledger.CompareAsync(stored, killedAt: null);
            FaultRun.Tell($"full disk: {refused} acts answered 5xx and not there, {ledger.Acknowledged} acknowledged and there; recovered without a restart");
        }

        await disk.FillAsync();
        var (code, _, errors) = await ProgramProcess.RunAsync("Development", "--Data:Directory=" + disk.Directory, "--urls=http://127.0.0.1:0");
        code.ShouldBe(1);
        errors.ShouldHaveSingleItem().ShouldStartWith("Data:Directory: 0 MiB are free");
    }

    private static async Task<string> WritesAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        var (status, checks) = await StoreProgram.ReadyAsync(client);
        status.ShouldBe(System.Net.HttpStatusCode.OK);
        return checks["writes"];
    }
}
