using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee S3: a process that dies while it wraps everything anew leaves the database whole under the old master key or whole under the new one.</summary>
[Trait("Speed", "Long")]
public sealed class KilledMasterKeyChangeTests : IDisposable
{
    private const int Tenants = 40;

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>The kill falls on the n-th write to the database's files of a start; the numbers reach from before the change to after it.</summary>
    [Fact]
    public async Task Kill_AtAnyWriteOfTheChange_LeavesEitherStateWhole()
    {
        await Strace.DemandAsync();
        var made = await MakeAsync();
        var before = (await File.ReadAllTextAsync(Path.Combine(directory, "master.key"))).Trim();
        var next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var (old, fresh, lived) = (0, 0, 0);
        foreach (var write in FaultRun.Full ? Enumerable.Range(1, 60).ToArray() : [8, 14, 24])
        {
            var copy = CopyOf(directory);
            var file = Path.Combine(copy, "salesos.db");
            var died = await ProgramProcess.DiesAtStartAsync(
                Strace.Starting("-P", file, "-P", file + "-wal", "-e", "trace=pwrite64,fsync", "-e", string.Create(CultureInfo.InvariantCulture, $"inject=pwrite64,fsync:signal=KILL:when={write}")),
                copy, "--MasterKey:Value=" + next, "--MasterKey:Previous=" + before);
            lived += died ? 0 : 1;
            var changed = await OpensAllAsync(copy, made, next);
            (changed || await OpensAllAsync(copy, made, before)).ShouldBeTrue($"killed at write {write}: neither key opens everything");
            (old, fresh) = changed ? (old, fresh + 1) : (old + 1, fresh);

            // And the start that follows brings it to its end.
            await using (var house = await KeyHouse.OpenAsync(copy, settings: [("MasterKey:Value", next), ("MasterKey:Previous", before)]))
            {
                made.ShouldAllBe(key => Opens(house, key));
            }

            Directory.Delete(copy, recursive: true);
        }

        old.ShouldBeGreaterThan(0, "no kill fell before the commit");
        FaultRun.Tell($"master key change: {old + fresh} kills at successive writes: {old} whole under the old key, {fresh} whole under the new one ({lived} had no such write)");
    }

    private static async Task<bool> OpensAllAsync(string copy, IReadOnlyList<CreatedKey> made, string masterKey)
    {
        // On a copy of its own: looking must not recover what the program is to recover.
        var look = CopyOf(copy);
        try
        {
            await using var house = await KeyHouse.OpenAsync(look, settings: ("MasterKey:Value", masterKey));
            made.ShouldAllBe(key => Opens(house, key), "the platform's row opens, the tenants' do not");
            await using var db = house.Database.Read(tenantId: null);
            (await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check").ToListAsync()).ShouldBe(["ok"]);
            return true;
        }
        catch (StartupFaultException)
        {
            return false;
        }
        finally
        {
            Directory.Delete(look, recursive: true);
        }
    }

    private async Task<IReadOnlyList<CreatedKey>> MakeAsync()
    {
        await using var house = await KeyHouse.OpenAsync(directory);
        var made = new List<CreatedKey>();
        for (var i = 0; i < Tenants; i++)
        {
            made.Add(await house.MakeAsync(caller: KeyHouse.Admin(string.Create(CultureInfo.InvariantCulture, $"tenant-{i}"))));
        }

        return made;
    }

    private static string CopyOf(string from)
    {
        var copy = Directory.CreateTempSubdirectory("salesos-test-").FullName;
        foreach (var file in Directory.GetFiles(from, "*").Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    private static bool Opens(KeyHouse house, CreatedKey made)
    {
        var k1 = new byte[32];
        SignatureChain.DeriveK1(made.Secret, made.ApiKey, k1);
        return house.Ring.Find(made.ApiKey)!.K1.SequenceEqual(k1);
    }
}
