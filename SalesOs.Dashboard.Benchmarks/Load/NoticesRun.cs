using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// What an act (an edit with its audit entry, durable) and a signed request cost where no notice waits, and where 100,000 wait for a webhook that does not take them: two running
/// programs in turns, each with a webhook that is told of no edits. For the requests each is a process of its own on core 0, driven from core 1.
/// </summary>
internal static class NoticesRun
{
    private const int Waiting = 100_000;
    private const int Rounds = 60;
    private const int Edits = 10;
    private const int Connections = 32;
    private const int WarmUps = 24;
    private const int Pairs = 13;

    private static readonly Caller Admin = new(CallerKind.User, "admin", "tenant", TenantName: null, "admin", Email: null, [], Capabilities.All);

    public static async Task PrintAsync(TextWriter output)
    {
        await PrintActsAsync(output);
        await PrintRequestsAsync(output);
    }

    private static async Task PrintRequestsAsync(TextWriter output)
    {
        Process.GetCurrentProcess().ProcessorAffinity = 2;
        using var folders = new Folders();
        foreach (var (folder, waiting) in new[] { (folders.None, 0), (folders.Many, Waiting) })
        {
            // One process at a time holds a database.
            var (app, _) = await OpenAsync(folder, waiting);
            await app.DisposeAsync();
            SqliteConnection.ClearAllPools();
        }

        using var none = ServerProcess.Start(cores: "0", keys: 200, folders.None);
        using var many = ServerProcess.Start(cores: "0", keys: 200, folders.Many);
        using var toNone = new LoadClient(none.Address, Connections);
        using var toMany = new LoadClient(many.Address, Connections);
        foreach (var method in (string[])["POST", "GET"])
        {
            var signed = new LoadRun.Subject($"{method} signed", method, LoadServer.Signed, Fresh: false);
            var pairs = new List<(LoadRun.Turn None, LoadRun.Turn Many)>();
            // Until the runtime has compiled the hot paths for good, either side only gets faster.
            for (var i = method == "POST" ? -WarmUps : -1; i < Pairs; i++)
            {
                pairs.Add((LoadRun.Take(none, toNone, signed), LoadRun.Take(many, toMany, signed)));
            }

            pairs.RemoveRange(0, pairs.Count - Pairs);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{signed.Name}, where nothing waits: {Turns.Median(pairs.Select(p => p.None.CpuMicroseconds)):F1} us of CPU; where {Waiting} notices wait: {Turns.Median(pairs.Select(p => p.Many.CpuMicroseconds)):F1}; median of the paired ratios {Turns.Median(pairs.Select(p => p.None.CpuMicroseconds / p.Many.CpuMicroseconds)):F3}; {toNone.Refused + toMany.Refused} refused"));
        }
    }

    private static async Task PrintActsAsync(TextWriter output)
    {
        await using var none = await Side.StartAsync(waiting: 0);
        await using var many = await Side.StartAsync(Waiting);
        var times = new Dictionary<Side, List<double>> { [none] = [], [many] = [] };
        for (var round = -5; round < Rounds; round++)
        {
            foreach (var side in round % 2 == 0 ? new[] { none, many } : [many, none])
            {
                for (var i = 0; i < Edits; i++)
                {
                    var took = await side.EditAsync();
                    if (round >= 0)
                    {
                        times[side].Add(took);
                    }
                }
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"an edit where nothing waits: {Told(times[none])}; where {Waiting} notices wait: {Told(times[many])}; ratio of the medians {Turns.Median(times[many]) / Turns.Median(times[none]):F2}"));
    }

    private static string Told(List<double> times) => string.Create(CultureInfo.InvariantCulture, $"{Turns.Median(times):F2} ms, 95 of 100 within {Turns.Quantile(times, 0.95):F2} ms");

    /// <summary>A program that does not listen yet, with a webhook, a key and the notices that wait.</summary>
    private static async Task<(WebApplication App, Guid Key)> OpenAsync(string directory, int waiting)
    {
        var builder = DashboardHost.CreateBuilder(
            ["--applicationName=SalesOs.Dashboard", "--environment=Development", "--urls=http://127.0.0.1:0", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning"]);
        builder.AddDashboard();
        var app = builder.Build();
        app.UseDashboard();
        await app.PrepareAsync();
        var webhook = (await app.Services.GetRequiredService<NoticeWebhooks>().AddAsync(new NewWebhook("https://hooks.example.com/", Events: ["key.spike"]), Admin)).Value!.Webhook.Id;
        var made = (await app.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("edited"), Admin)).Value!;
        await SeedAsync(app.Services.GetRequiredService<Database>(), webhook, waiting);
        return (app, made.Key.Id);
    }

    /// <summary>As the courier leaves them between two tries.</summary>
    private static Task<int> SeedAsync(Database database, Guid webhook, int count) => database.WriteAsync(tenantId: null, async db =>
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var notice = new BatchCommand(
            db,
            """INSERT INTO "notices" ("Id", "TenantId", "Event", "At", "Data", "IsSpread", "IsInBell") VALUES (@id, @tenant, 12, @now, '{}', @yes, @yes)""",
            "id",
            "tenant",
            "now",
            "yes");
        await using var delivery = new BatchCommand(
            db,
            """INSERT INTO "notice_deliveries" ("Id", "TenantId", "NoticeId", "Channel", "ReceiverId", "CreatedAt", "State", "Tries", "NextAt") VALUES (@id, @tenant, @notice, 2, @receiver, @now, 0, 5, @next)""",
            "id",
            "tenant",
            "notice",
            "receiver",
            "now",
            "next");
        for (var i = 0; i < count; i++)
        {
            var id = Guid.CreateVersion7();
            await notice.RunAsync(id, Admin.TenantId, now, true);
            await delivery.RunAsync(Guid.CreateVersion7(), Admin.TenantId, id, webhook, now, now + 36_000_000L + i);
        }

        return count;
    });

    private sealed class Folders : IDisposable
    {
        public string None { get; } = Directory.CreateTempSubdirectory("salesos-notices-").FullName;

        public string Many { get; } = Directory.CreateTempSubdirectory("salesos-notices-").FullName;

        public void Dispose()
        {
            Directory.Delete(None, recursive: true);
            Directory.Delete(Many, recursive: true);
        }
    }

    private sealed class Side(WebApplication app, string directory, Guid key) : IAsyncDisposable
    {
        private int limit = 1;

        public static async Task<Side> StartAsync(int waiting)
        {
            var directory = Directory.CreateTempSubdirectory("salesos-notices-").FullName;
            var (app, key) = await OpenAsync(directory, waiting);
            await app.StartAsync();
            return new Side(app, directory, key);
        }

        /// <returns>Milliseconds.</returns>
        public async Task<double> EditAsync()
        {
            var began = Stopwatch.GetTimestamp();
            await app.Services.GetRequiredService<ApiKeyService>().EditAsync(key, new KeyEdit { RateLimit = ++limit }, ifVersion: null, Admin);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }
}
