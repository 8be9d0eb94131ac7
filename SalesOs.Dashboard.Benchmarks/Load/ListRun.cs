using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>What the page of API keys asks of the services, of a tenant with 100 keys beside one with 100,000: 95 of 100 answers come within the printed time. On SQLite, or on what the environment names as the program's settings do.</summary>
internal static class ListRun
{
    private const int Few = 100;
    private const int Many = 100_000;
    private const int Calls = 40;
    private const int Owners = 200;

    private static readonly KeyPolicy Policy = KeyPolicy.None with
    {
        MaxLifetimeDays = new PolicyDemand { Level = PolicyLevel.Warn, Value = 365 },
        ScopesRequired = new PolicyDemand { Level = PolicyLevel.Warn },
        AllowedIpsRequired = new PolicyDemand { Level = PolicyLevel.Warn },
        MaxRateLimit = new PolicyDemand { Level = PolicyLevel.Warn, Value = 5000 },
        SingleUseRequired = new PolicyDemand { Level = PolicyLevel.Warn },
        MaxUnusedDays = new PolicyDemand { Level = PolicyLevel.Warn, Value = 90 },
    };

    private static readonly string[] Words = "crm erp sync payroll zapier report billing north south import export lead bridge hub flow mobile store".Split(' ');

    private static readonly string[] Own =
    [
        nameof(ApiKey.Id), nameof(ApiKey.Key), nameof(ApiKey.Name), nameof(ApiKey.NameFolded), nameof(ApiKey.Notes), nameof(ApiKey.SearchText), nameof(ApiKey.Environment), nameof(ApiKey.ScopeText),
        nameof(ApiKey.ExpiresAt), nameof(ApiKey.ExpiryOrder), nameof(ApiKey.CreatedAt), nameof(ApiKey.RevokedAt), nameof(ApiKey.UsageCount), nameof(ApiKey.LastUsedAt), nameof(ApiKey.IsExcess), nameof(ApiKey.OwnerId),
    ];

    public static async Task PrintAsync(TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("salesos-list-").FullName;
        try
        {
            var builder = DashboardHost.CreateBuilder(
                ["--applicationName=SalesOs.Dashboard", "--environment=Development", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning", "--ApiKeys:MaxPerTenant=2000000"]);
            builder.AddDashboard();
            await using var app = builder.Build();
            app.UseDashboard();
            await app.PrepareAsync();
            foreach (var keys in (int[])[Few, Many])
            {
                await SeedAsync(app.Services, Admin(keys), keys);
                await app.Services.GetRequiredService<KeyPolicies>().SetAsync(Policy, ifVersions: null, Admin(keys));
            }

            await using (var db = app.Services.GetRequiredService<Database>().Read(tenantId: null))
            {
                if (db.Database.IsNpgsql())
                {
                    // As it does by itself within a minute: else it would plan for the tables as they were while they were empty.
                    await db.Database.ExecuteSqlRawAsync("VACUUM ANALYZE");
                }
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| p95 of {Calls}, ms | {Few} keys | {Many} keys |"));
            output.WriteLine("| --- | ---: | ---: |");
            foreach (var (name, ask) in Questions(app.Services))
            {
                var (few, many) = (await P95Async(ask, Admin(Few)), await P95Async(ask, Admin(Many)));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {few:F1} | {many:F1} |"));
            }

            await ExportAsync(output, app.Services.GetRequiredService<KeyExporter>());
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The list of the larger tenant as CSV. The second of two is printed: the first one brings in what the program keeps.</summary>
    private static async Task ExportAsync(TextWriter output, KeyExporter exporter)
    {
        for (var turn = 0; turn < 2; turn++)
        {
            GC.Collect();
            var (before, most, length) = (Environment.WorkingSet, 0L, 0L);
            var started = Stopwatch.GetTimestamp();
            var file = Path.GetTempFileName();
            await using (var stream = File.Create(file))
            {
                var writing = (await exporter.BeginAsync(new KeyQuery(), Admin(Many))).Value!.WriteAsync(stream);
                while (!writing.IsCompleted)
                {
                    most = Math.Max(most, Environment.WorkingSet - before);
                    await Task.WhenAny(writing, Task.Delay(10));
                }

                await writing;
                length = stream.Length;
            }

            File.Delete(file);
            if (turn > 0)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the list of {Many} keys as CSV: {length / 1e6:F0} MB in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, working set at most {most / 1e6:F0} MB above {before / 1e6:F0} MB"));
            }
        }
    }

    private static IEnumerable<(string Name, Func<Caller, Task> Ask)> Questions(IServiceProvider services)
    {
        var keys = services.GetRequiredService<ApiKeyService>();
        foreach (var sort in Enum.GetValues<KeySort>())
        {
            yield return ($"first page by {sort}", c => keys.ListAsync(new KeyQuery(Sort: sort), c));
        }

        yield return ("last page by Name", c => keys.ListAsync(new KeyQuery(Page: c.TenantId == Admin(Few).TenantId ? 4 : Many / 25, Sort: KeySort.Name), c));
        foreach (var status in Enum.GetValues<KeyStatus>())
        {
            yield return ($"{status}, by creation", c => keys.ListAsync(new KeyQuery(Status: status), c));
        }

        foreach (var mark in Enum.GetValues<KeyMark>())
        {
            yield return ($"{mark}, by last use", c => keys.ListAsync(new KeyQuery(Mark: mark, Sort: KeySort.LastUsedAt), c));
        }

        yield return ("environment test, by name", c => keys.ListAsync(new KeyQuery(Environment: KeyEnvironment.Test, Sort: KeySort.Name), c));
        yield return ("scope leads:write, by requests", c => keys.ListAsync(new KeyQuery(Scope: Scopes.LeadsWrite, Sort: KeySort.UsageCount), c));
        yield return ("active, test, leads:write, by name", c => keys.ListAsync(new KeyQuery(Status: KeyStatus.Active, Environment: KeyEnvironment.Test, Scope: Scopes.LeadsWrite, Sort: KeySort.Name), c));
        yield return ("full access, by name", c => keys.ListAsync(new KeyQuery(Traits: new() { FullAccess = true }, Sort: KeySort.Name), c));
        yield return ("any address, by name", c => keys.ListAsync(new KeyQuery(Traits: new() { AnyAddress = true }, Sort: KeySort.Name), c));
        yield return ("owned by one of 200 people, by name", c => keys.ListAsync(new KeyQuery(Traits: new() { Owner = "erp-18@acme.test" }, Sort: KeySort.Name), c));
        yield return ("without an owner, by name", c => keys.ListAsync(new KeyQuery(Traits: new() { WithoutOwner = true }, Sort: KeySort.Name), c));
        yield return ("out of policy, by owner", c => keys.ListAsync(new KeyQuery(Mark: KeyMark.OutOfPolicy, Sort: KeySort.Owner), c));
        yield return ("search, a third match", c => keys.ListAsync(new KeyQuery(Search: "billing", Sort: KeySort.Name), c));
        yield return ("search, none match", c => keys.ListAsync(new KeyQuery(Search: "no such key"), c));
        yield return ("search, one letter", c => keys.ListAsync(new KeyQuery(Search: "s", Sort: KeySort.UsageCount), c));
        yield return ("four figures", c => services.GetRequiredService<KeyOverview>().TotalsAsync(c));
        yield return ("figures of 25 rows", async c =>
        {
            var ids = (await keys.ListAsync(new KeyQuery(), c)).Value!.Keys.Select(k => k.Id).ToList();
            await keys.FiguresAsync(ids, c);
            await services.GetRequiredService<UsageQuery>().HoursAsync(ids, c);
            await services.GetRequiredService<UsageQuery>().SparklinesAsync(ids, c);
        }
        );
    }

    private static async Task<double> P95Async(Func<Caller, Task> ask, Caller caller)
    {
        var times = new List<double>();
        for (var i = -5; i < Calls; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await ask(caller);
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return Turns.Quantile(times, 0.95);
    }

    private static Caller Admin(int keys) =>
        new(CallerKind.User, "admin", string.Create(CultureInfo.InvariantCulture, $"tenant-{keys}"), TenantName: null, "admin", Email: null, [], Capabilities.All);

    /// <summary>Makes one key as the program makes it, and the others as copies of its row that differ in all that the list shows.</summary>
    private static async Task SeedAsync(IServiceProvider services, Caller admin, int keys)
    {
        var model = (await services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("model", Scopes: [Scopes.LeadsRead]), admin)).Value!;
        await services.GetRequiredService<Database>().WriteAsync<object?>(admin.TenantId, async db =>
        {
            var owners = Enumerable.Range(0, Owners).Select(i => new Person
            {
                TenantId = admin.TenantId,
                Id = Guid.CreateVersion7(),
                Kind = CallerKind.User,
                Subject = string.Create(CultureInfo.InvariantCulture, $"owner-{i}"),
                Email = string.Create(CultureInfo.InvariantCulture, $"{Words[i % Words.Length]}-{i}@acme.test"),
                LeftAt = i % 10 == 0 ? DateTimeOffset.UtcNow : null,
            }).ToList();
            db.AddRange(owners);
            await db.SaveChangesAsync();
            var random = new Random(1);
            await CopiedKeys.AddAsync(db, model.Key.Id, Own, Enumerable.Range(1, keys - 1).Select(i => Row(random, i, keys, owners)));
            return null;
        });
    }

    /// <summary>The values of <see cref="Own"/>.</summary>
    private static object?[] Row(Random random, int number, int keys, List<Person> owners)
    {
        var now = DateTimeOffset.UtcNow;
        var test = number % 5 == 0;
        var key = CredentialFormat.NewApiKey(test);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Word()} {Word()} {Word()} {number}");
        var notes = number % 2 == 0 ? $"kept by {Word()} {Word()} {Word()}, secret in the vault" : null;
        DateTimeOffset? expires = number % 4 == 0 ? null : now.AddDays(random.Next(-60, 365));
        return
        [
            Guid.CreateVersion7(),
            key,
            name,
            name,
            notes,
            $"{name}\n{notes}\n{key[..16]}...{key[^4..]}",
            test ? KeyEnvironment.Test : KeyEnvironment.Live,
            new[] { "", " leads:read ", " leads:read leads:write ", " default:sync " }[random.Next(4)],
            expires,
            expires?.ToUnixTimeMilliseconds() ?? long.MaxValue,
            now.AddMinutes(number - keys),
            number % 5 == 3 ? now.AddDays(-random.Next(100)) : null,
            (long)random.Next(1_000_000),
            number % 3 == 0 ? null : now.AddDays(-random.Next(200)),
            number % 7 == 0,
            owners[random.Next(owners.Count)].Id,
        ];

        string Word() => Words[random.Next(Words.Length)];
    }
}
