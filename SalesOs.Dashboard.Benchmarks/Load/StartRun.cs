using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>How long the program takes from its start until it is ready, with a million keys in its database: SQLite, or what the environment names as the program's settings do.</summary>
internal static class StartRun
{
    private const int Keys = 1_000_000;
    private const int Starts = 3;

    /// <param name="filled">Where the database is kept, filled by an earlier run or by this one; null: it goes with the run.</param>
    public static async Task PrintAsync(TextWriter output, string? filled)
    {
        var directory = filled ?? Directory.CreateTempSubdirectory("salesos-start-").FullName;
        await SeedAsync(directory);

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

    /// <summary>Makes one key as the program makes it, and the others as copies of its row, each with an id, a key and a sealed k1 of its own, unless an earlier run has.</summary>
    private static async Task SeedAsync(string directory)
    {
        var builder = DashboardHost.CreateBuilder(["--applicationName=SalesOs.Dashboard", "--environment=Development", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning"]);
        builder.AddDashboard();
        await using var app = builder.Build();
        app.UseDashboard();
        await app.PrepareAsync();
        await using (var db = app.Services.GetRequiredService<Database>().Read(LoadServer.Owner.TenantId))
        {
            if (await db.Set<ApiKey>().CountAsync() == Keys)
            {
                return;
            }
        }

        var model = (await app.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("model", Scopes: [Scopes.LeadsRead], AllowedIps: ["10.0.0.0/8"]), LoadServer.Owner)).Value!;
        var vault = app.Services.GetRequiredService<Vault>();
        await app.Services.GetRequiredService<Database>().WriteAsync<object?>(LoadServer.Owner.TenantId, async db =>
        {
            var dataKey = await vault.DataKeyAsync(db, LoadServer.Owner.TenantId);
            await CopiedKeys.AddAsync(db, model.Key.Id, [nameof(ApiKey.Id), nameof(ApiKey.Key), nameof(ApiKey.SealedK1), nameof(ApiKey.Name)], Enumerable.Range(1, Keys - 1).Select(i =>
            {
                var id = Guid.CreateVersion7();
                return new object?[] { id, CredentialFormat.NewApiKey(test: false), Vault.SealK1(dataKey, LoadServer.Owner.TenantId, id, RandomNumberGenerator.GetBytes(32)), $"Warehouse sync {i}" };
            }));
            return null;
        });
        await app.StopAsync();
    }
}
