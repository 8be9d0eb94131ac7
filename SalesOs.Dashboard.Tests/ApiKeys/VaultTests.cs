using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public sealed class VaultTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-").FullName;

    private string KeyFile => Path.Combine(directory, "master.key");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Restart_WithTheSameMasterKey_AllKeysVerify()
    {
        var made = await MakeTwoAsync();
        await using var house = await KeyHouse.OpenAsync(directory);
        made.ShouldAllBe(m => Opens(house, m));
        File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead);
    }

    [Theory]
    [InlineData("UPDATE api_keys SET SealedK1 = (SELECT SealedK1 FROM api_keys WHERE Key = @second) WHERE Key = @first")]
    [InlineData("UPDATE api_keys SET SealedK1 = CASE WHEN substr(SealedK1, 1, 1) = X'00' THEN X'01' ELSE X'00' END || substr(SealedK1, 2) WHERE Key = @first")]
    [InlineData("UPDATE api_keys SET SealedK1 = substr(SealedK1, 1, 59) || CASE WHEN substr(SealedK1, 60, 1) = X'00' THEN X'01' ELSE X'00' END WHERE Key = @first")]
    [InlineData("UPDATE api_keys SET SealedK1 = X'' WHERE Key = @first")]
    public async Task Load_CiphertextMovedOrChanged_RefusesThatKeyAloneWithAnAlarm(string tampering)
    {
        var made = await MakeTwoAsync();
        await RunAsync(tampering, made[0].ApiKey, made[1].ApiKey);
        await using var house = await KeyHouse.OpenAsync(directory);

        Opens(house, made[0]).ShouldBeFalse();
        Opens(house, made[1]).ShouldBeTrue();
        house.Log.All.Count(l => l.Level == LogLevel.Critical && l.Text.Contains(made[0].Key.Id.ToString(), StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Load_KeyMovedToAnotherTenant_DoesNotOpen()
    {
        var made = await MakeTwoAsync();
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta));
        }

        await RunAsync("UPDATE api_keys SET TenantId = '" + KeyHouse.Beta + "' WHERE Key = @first", made[0].ApiKey, made[1].ApiKey);
        await using var again = await KeyHouse.OpenAsync(directory);
        Opens(again, made[0]).ShouldBeFalse();
        Opens(again, made[1]).ShouldBeTrue();
    }

    [Fact]
    public async Task Start_MasterKeyMissing_RefusesAndMakesNone()
    {
        await MakeTwoAsync();
        File.Delete(KeyFile);
        (await Should.ThrowAsync<StartupFaultException>(() => KeyHouse.OpenAsync(directory))).Message.ShouldContain("MasterKey:File");
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_WrongMasterKey_RefusesWithoutNamingTheValue()
    {
        await MakeTwoAsync();
        var wrong = Convert.ToBase64String(new byte[32]);
        var fault = await Should.ThrowAsync<StartupFaultException>(() => KeyHouse.OpenAsync(directory, settings: ("MasterKey:Value", wrong)));
        fault.Message.ShouldContain("MasterKey:Value");
        fault.Message.ShouldNotContain(wrong);
    }

    [Fact]
    public async Task Start_OwnKeyFileOpenToOthers_Refuses()
    {
        await MakeTwoAsync();
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        (await Should.ThrowAsync<StartupFaultException>(() => KeyHouse.OpenAsync(directory))).Message.ShouldContain("chmod 400");
    }

    [Fact]
    public async Task Start_MountedKeyFileOpenToOthers_Warns()
    {
        var mounted = Path.Combine(directory, "mounted.key");
        await File.WriteAllTextAsync(mounted, Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(mounted, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await using var house = await KeyHouse.OpenAsync(directory, settings: ("MasterKey:File", mounted));
        house.Get<MasterKey>().Warning.ShouldBe(mounted);
    }

    private async Task<CreatedKey[]> MakeTwoAsync()
    {
        await using var house = await KeyHouse.OpenAsync(directory);
        return [await house.MakeAsync(new NewKey("first")), await house.MakeAsync(new NewKey("second"))];
    }

    private async Task RunAsync(string sql, string first, string second)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "salesos.db")}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@first", first);
        command.Parameters.AddWithValue("@second", second);
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    private static bool Opens(KeyHouse house, CreatedKey made)
    {
        var k1 = new byte[32];
        SignatureChain.DeriveK1(made.Secret, made.ApiKey, k1);
        return house.Ring.Find(made.ApiKey)!.K1.SequenceEqual(k1);
    }
}
