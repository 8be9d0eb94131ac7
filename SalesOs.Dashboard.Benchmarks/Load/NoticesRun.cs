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
/// What an act costs (an edit with its audit entry, durable) where no notice waits, and where 100,000 wait for a webhook that does not take them: two running programs in turns,
/// each with a webhook that is told of no edits.
/// </summary>
internal static class NoticesRun
{
    private const int Waiting = 100_000;
    private const int Rounds = 60;
    private const int Edits = 10;

    private static readonly Caller Admin = new(CallerKind.User, "admin", "tenant", TenantName: null, "admin", Email: null, [], Capabilities.All);

    public static async Task PrintAsync(TextWriter output)
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

    private sealed class Side(WebApplication app, string directory, Guid key) : IAsyncDisposable
    {
        private int limit = 1;

        public static async Task<Side> StartAsync(int waiting)
        {
            var directory = Directory.CreateTempSubdirectory("salesos-notices-").FullName;
            var builder = DashboardHost.CreateBuilder(
                ["--applicationName=SalesOs.Dashboard", "--environment=Development", "--urls=http://127.0.0.1:0", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning"]);
            builder.AddDashboard();
            var app = builder.Build();
            app.UseDashboard();
            await app.PrepareAsync();
            var webhook = (await app.Services.GetRequiredService<NoticeWebhooks>().AddAsync(new NewWebhook("https://hooks.example.com/", Events: ["key.spike"]), Admin)).Value!.Webhook.Id;
            var made = (await app.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("edited"), Admin)).Value!;
            await SeedAsync(app.Services.GetRequiredService<Database>(), webhook, waiting);
            await app.StartAsync();
            return new Side(app, directory, made.Key.Id);
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
    }
}
