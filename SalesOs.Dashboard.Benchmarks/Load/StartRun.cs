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

    public static async Task PrintAsync(TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("salesos-start-").FullName;
        await SeedAsync(directory);
        var times = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            // The directory goes with the last server.
            var started = Stopwatch.GetTimestamp();
            var server = ServerProcess.Start(core: 0, keys: 0, directory);
            using var client = new HttpClient { BaseAddress = server.Address };
            (await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready after {times[i]:F1} s with {server.Cpu().TotalSeconds:F1} s of CPU, working set {server.WorkingSet() / 1e6:F0} MB"));
            if (i < Starts - 1)
            {
                server.Stop();
            }
            else
            {
                server.Dispose();
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Keys} keys, one core: median of {Starts} starts {Turns.Median(times):F1} s"));
    }

    /// <summary>Makes one key as the program makes it, and the others as copies of its row, each with an id, a key and a sealed k1 of its own.</summary>
    internal static async Task SeedAsync(string directory)
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
