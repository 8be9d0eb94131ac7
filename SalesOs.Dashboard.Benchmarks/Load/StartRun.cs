using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>How long the program takes from its start until it is ready, with a million keys in its database.</summary>
internal static class StartRun
{
    private const int Keys = 1_000_000;
    private const int Starts = 3;

    /// <param name="filled">Where the database is kept, filled by an earlier run or by this one; null: it goes with the run.</param>
    public static async Task PrintAsync(TextWriter output, string? filled)
    {
        var directory = filled ?? Directory.CreateTempSubdirectory("salesos-start-").FullName;
        if (!File.Exists(Path.Combine(directory, "salesos.db")))
        {
            await SeedAsync(directory);
        }

        foreach (var (name, cores) in (ReadOnlySpan<(string, string)>)[("two cores", "0,1"), ("one core", "0")])
        {
            var times = new List<double>();
            for (var i = 0; i < Starts; i++)
            {
                var started = Stopwatch.GetTimestamp();
                using var server = ServerProcess.Start(cores, keys: 0, directory);
                using var client = new HttpClient { BaseAddress = server.Address };
                using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));
                answer.EnsureSuccessStatusCode();
                times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready after {times[i]:F1} s with {server.Cpu().TotalSeconds:F1} s of CPU, working set {server.WorkingSet() / 1e6:F0} MB"));
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Keys} keys, {name}: median of {Starts} starts {Turns.Median(times):F1} s"));
        }

        if (filled is null)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Makes one key as the program makes it, and the others as copies of its row, each with an id, a key and a sealed k1 of its own.</summary>
    private static async Task SeedAsync(string directory)
    {
        var builder = DashboardHost.CreateBuilder(["--applicationName=SalesOs.Dashboard", "--environment=Development", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning"]);
        builder.AddDashboard();
        await using var app = builder.Build();
        app.UseDashboard();
        await app.PrepareAsync();
        var model = (await app.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("model", Scopes: [Scopes.LeadsRead], AllowedIps: ["10.0.0.0/8"]), LoadServer.Owner)).Value!;
        var vault = app.Services.GetRequiredService<Vault>();
        await app.Services.GetRequiredService<Database>().WriteAsync<object?>(LoadServer.Owner.TenantId, async db =>
        {
            var dataKey = await vault.DataKeyAsync(db, LoadServer.Owner.TenantId);
            var columns = db.Model.FindEntityType(typeof(ApiKey))!.GetProperties().Select(p => p.GetColumnName()).ToList();
            var connection = (SqliteConnection)db.Database.GetDbConnection();
            await using var copy = connection.CreateCommand();
#pragma warning disable CA2100 // The names are the model's own.
            copy.CommandText = $"INSERT INTO \"api_keys\" ({string.Join(',', columns.Select(c => $"\"{c}\""))}) SELECT "
                + string.Join(',', columns.Select(c => c switch { "Id" => "@id", "Key" => "@key", "SealedK1" => "@k1", "Name" => "@name", _ => $"\"{c}\"" })) + " FROM \"api_keys\" WHERE \"Id\" = @model";
#pragma warning restore CA2100
            foreach (var name in (string[])["@id", "@key", "@k1", "@name"])
            {
                copy.Parameters.Add(new SqliteParameter(name, value: null));
            }

            copy.Parameters.AddWithValue("@model", model.Key.Id);
            for (var i = 1; i < Keys; i++)
            {
                var id = Guid.CreateVersion7();
                copy.Parameters["@id"].Value = id;
                copy.Parameters["@key"].Value = CredentialFormat.NewApiKey(test: false);
                copy.Parameters["@k1"].Value = Vault.SealK1(dataKey, LoadServer.Owner.TenantId, id, RandomNumberGenerator.GetBytes(32));
                copy.Parameters["@name"].Value = $"Warehouse sync {i}";
                await copy.ExecuteNonQueryAsync();
            }

            return null;
        });
        await app.StopAsync();
    }
}
