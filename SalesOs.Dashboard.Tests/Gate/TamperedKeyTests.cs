using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Guarantee S2 over HTTP: a ciphertext that was moved or changed in the database answers 401 with an alarm; the other keys go on.</summary>
public sealed class TamperedKeyTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Keys_WhoseCiphertextsWereMovedOrChanged_Answer401WithAnAlarmAndTheOthersGoOn()
    {
        string[] acme = ["swapped within a", "swapped within b", "swapped across a", "bit flipped", "whole a"];
        string[] beta = ["swapped across b", "whole b"];
        string[] gamma = ["data key swapped a"];
        string[] delta = ["data key swapped b"];
        string[] epsilon = ["data key flipped"];
        var made = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        await using (var dashboard = await RunningDashboard.StartAsync(directory: directory, settings: Platform.Setting))
        {
            foreach (var (tenant, names) in new[] { ("acme", acme), ("beta", beta), ("gamma", gamma), ("delta", delta), ("epsilon", epsilon) })
            {
                foreach (var name in names)
                {
                    made[name] = await MakeAsync(dashboard, tenant, name);
                    (await WhoAmIAsync(dashboard, made[name])).ShouldBe(200);
                }
            }
        }

        await SwapAsync("api_keys", "SealedK1", "Name", "swapped within a", "swapped within b");
        await SwapAsync("api_keys", "SealedK1", "Name", "swapped across a", "swapped across b");
        await SwapAsync("tenant_data_keys", "Wrapped", "TenantId", "gamma", "delta");
        await FlipAsync("api_keys", "SealedK1", "Name", "bit flipped");
        await FlipAsync("tenant_data_keys", "Wrapped", "TenantId", "epsilon");

        var log = new LogLines();
        await using var again = await RunningDashboard.StartAsync(directory: directory, configure: builder => builder.Logging.AddProvider(log), settings: Platform.Setting);
        foreach (var (name, key) in made)
        {
            var whole = name.StartsWith("whole", StringComparison.Ordinal);
            (await WhoAmIAsync(again, key)).ShouldBe(whole ? 200 : 401, name);
            log.All.Count(line => line.Level == LogLevel.Critical && line.Text.Contains(key.GetProperty("id").GetString()!, StringComparison.Ordinal)).ShouldBe(whole ? 0 : 1, name);
        }

        (await WhoAmIAsync(again, await MakeAsync(again, "beta", "made since"))).ShouldBe(200, "a tenant whose data key opens goes on making keys");
    }

    private static async Task<JsonElement> MakeAsync(RunningDashboard dashboard, string tenant, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys");
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", tenant);
        request.Content = new StringContent(JsonSerializer.Serialize(new { name }), Encoding.UTF8, "application/json");
        using var answer = await dashboard.Client.SendAsync(request);
        return JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
    }

    private static async Task<int> WhoAmIAsync(RunningDashboard dashboard, JsonElement key)
    {
        var header = RequestSigner.Authorization(
            key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
        return (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(dashboard.BaseAddress)).Status;
    }

    private async Task SwapAsync(string table, string column, string named, string first, string second)
    {
        var ofFirst = await BytesAsync(table, column, named, first);
        await PutAsync(table, column, named, first, await BytesAsync(table, column, named, second));
        await PutAsync(table, column, named, second, ofFirst);
    }

    private async Task FlipAsync(string table, string column, string named, string name)
    {
        var bytes = await BytesAsync(table, column, named, name);
        bytes[Random.Shared.Next(bytes.Length)] ^= (byte)(1 << Random.Shared.Next(8));
        await PutAsync(table, column, named, name, bytes);
    }

    private async Task<byte[]> BytesAsync(string table, string column, string named, string name)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {column} FROM {table} WHERE {named} = @name";
        command.Parameters.AddWithValue("@name", name);
        return (byte[])(await command.ExecuteScalarAsync())!;
    }

    private async Task PutAsync(string table, string column, string named, string name, byte[] bytes)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE {table} SET {column} = @bytes WHERE {named} = @name";
        command.Parameters.AddWithValue("@bytes", bytes);
        command.Parameters.AddWithValue("@name", name);
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "salesos.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }
}
