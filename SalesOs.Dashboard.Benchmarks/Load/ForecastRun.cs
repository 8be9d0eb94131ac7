using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>What other settings would have refused, of a key that was used on six routes in every minute of two days, every hour of 90 days and every day of 400.</summary>
internal static class ForecastRun
{
    private const int Calls = 40;

    private static readonly string[] Routes =
        ["GET /v1/leads", "GET /v1/leads/{id}", "POST /v1/leads", "PATCH /v1/leads/{id}", "GET /v1/whoami", "POST /functions/v1/default-integration"];

    private static readonly Caller Admin = new(CallerKind.User, "admin", "tenant", TenantName: null, "admin", Email: null, [], Capabilities.All);

    public static async Task PrintAsync(TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("salesos-forecast-").FullName;
        try
        {
            var builder = DashboardHost.CreateBuilder(
                ["--applicationName=SalesOs.Dashboard", "--environment=Development", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning"]);
            builder.AddDashboard();
            await using var app = builder.Build();
            app.UseDashboard();
            await app.PrepareAsync();
            var key = (await app.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("busy", RateLimit: 100_000), Admin)).Value!.Key;
            var rows = await SeedAsync(app.Services.GetRequiredService<Database>(), key.Id, app.Services.GetRequiredService<UsageRetention>());
            var forecasts = app.Services.GetRequiredService<ForecastQuery>();
            var proposal = new Proposal { Scopes = [Scopes.LeadsRead], AllowedIps = ["198.51.100.0/25"], RateLimit = 400 };
            var asked = await TimesAsync(async () => (await forecasts.OfAsync(key.Id, proposal, Admin)).Value!);
            var use = (await forecasts.UseAsync(key.Id, Proposal.MostDays, Admin)).Value!;
            var reckoned = await TimesAsync(() => Task.FromResult(use.Foretell(proposal)));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{rows} counts, {use.Requests} requests let in: a forecast of all three settings in {Turns.Median(asked):F1} ms, 95 of 100 within {Turns.Quantile(asked, 0.95):F1} ms; from counts that are loaded already {Turns.Median(reckoned):F2} ms, {Turns.Quantile(reckoned, 0.95):F2} ms"));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<List<double>> TimesAsync(Func<Task<Forecast>> ask)
    {
        var times = new List<double>();
        for (var i = -5; i < Calls; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await ask();
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return times;
    }

    private static Task<int> SeedAsync(Database database, Guid key, UsageRetention retention) => database.WriteAsync(Admin.TenantId, async db =>
    {
        var now = DateTimeOffset.UtcNow;
        var rows = 0;
        await using var add = new BatchCommand(
            db, """INSERT INTO "usage_counts" ("TenantId", "KeyId", "Step", "At", "Route", "Counted", "Count") VALUES (@tenant, @key, @step, @at, @route, @counted, @count)""", "tenant", "key", "step", "at", "route", "counted", "count");
        foreach (var step in UsageSteps.All)
        {
            var width = UsageSteps.SecondsOf(step);
            for (var at = retention.OldestKept(step, now); at <= now.ToUnixTimeSeconds(); at += width)
            {
                foreach (var route in Routes)
                {
                    foreach (var counted in (short[])[CountedAs.Of(Verdict.LetIn), CountedAs.Of(AnswerClass.Success)])
                    {
                        await add.RunAsync(Admin.TenantId, key, (int)step, at, route, (int)counted, width / 60);
                        rows++;
                    }
                }
            }
        }

        for (var i = 0; i < KeyCaller.MostPerKey; i++)
        {
            db.Add(new KeyCaller { TenantId = Admin.TenantId, KeyId = key, Address = $"198.51.100.{i}", Agent = "", FirstSeenAt = now.AddDays(-60), LastSeenAt = now, Count = 1000 });
        }

        return rows;
    });
}
