using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>What it takes to write the usage of 10,000 keys that were all used within the last second. On SQLite, or on what the environment names as the program's settings do.</summary>
internal static class FlushRun
{
    private const int Keys = 10_000;
    private const int WarmUps = 5;
    private const int Rounds = 20;

    private static readonly string[] Own = [nameof(ApiKey.Id), nameof(ApiKey.Key)];

    private static readonly Caller Admin = new(CallerKind.User, "admin", "tenant", TenantName: null, "admin", Email: null, [], Capabilities.All);

    public static async Task PrintAsync(TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("salesos-flush-").FullName;
        try
        {
            var builder = DashboardHost.CreateBuilder(
                ["--applicationName=SalesOs.Dashboard", "--environment=Development", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning", "--ApiKeys:MaxPerTenant=2000000"]);
            builder.AddDashboard();
            await using var app = builder.Build();
            app.UseDashboard();
            await app.PrepareAsync();
            var keys = await SeedAsync(app.Services);
            var times = await TimesAsync(app.Services.GetRequiredService<UsageRecorder>(), app.Services.GetRequiredService<UsageWriter>(), keys);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"the usage of {Keys} keys is written in {Turns.Median(times):F0} ms at the median of {Rounds}, {times.Max():F0} ms at most"));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<RingKey>> SeedAsync(IServiceProvider services)
    {
        var model = (await services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("model"), Admin)).Value!;
        var copies = Enumerable.Range(0, Keys).Select(i => InRing(i, Guid.CreateVersion7(), CredentialFormat.NewApiKey(test: false))).ToList();
        await services.GetRequiredService<Database>().WriteAsync<object?>(Admin.TenantId, async db =>
        {
            await CopiedKeys.AddAsync(db, model.Key.Id, Own, copies.Select(key => new object?[] { key.Id, key.ApiKey }));
            return null;
        });
        return copies;
    }

    private static RingKey InRing(int ordinal, Guid id, string apiKey) => new(apiKey, new byte[SignatureChain.DigestSize])
    {
        Ordinal = ordinal,
        Id = id,
        Version = 1,
        TenantId = Admin.TenantId!,
        Name = "copy",
        Scopes = [],
        RateLimit = 1_000_000,
        ExpiresAt = long.MaxValue,
        Revoked = false,
        SingleUse = false,
        AllowedIps = [],
    };

    private static async Task<List<double>> TimesAsync(UsageRecorder recorder, UsageWriter writer, IReadOnlyList<RingKey> keys)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var times = new List<double>();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var key in keys)
            {
                recorder.LetIn(key, route: 0, now, IPAddress.Loopback, agent: "load/1.0");
                recorder.Answered(key, route: 0, now, AnswerClass.Success);
            }

            now += 1000;
            var started = Stopwatch.GetTimestamp();
            if (!await writer.FlushAsync())
            {
                throw new InvalidOperationException("The usage could not be written.");
            }

            if (round >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return times;
    }
}
