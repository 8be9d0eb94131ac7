using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.Persistence;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>The rooms up to Usage, and Reviews, over a real database with a folder of its own, with a clock that the test sets; no HTTP.</summary>
public sealed class KeyHouse : IAsyncDisposable
{
    public const string Acme = "11111111-1111-4111-8111-111111111111";
    public const string Beta = "22222222-2222-4222-8222-222222222222";

    private readonly ServiceProvider services;
    private readonly bool ownsDirectory;

    private KeyHouse(ServiceProvider services, string directory, bool ownsDirectory)
    {
        this.services = services;
        this.ownsDirectory = ownsDirectory;
        Directory = directory;
    }

    public string Directory { get; }

    public FakeTimeProvider Clock => (FakeTimeProvider)services.GetRequiredService<TimeProvider>();

    public ApiKeyService Keys => Get<ApiKeyService>();

    public KeyRing Ring => Get<KeyRing>();

    public Database Database => Get<Database>();

    public LogLines Log => Get<LogLines>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Starts the house as the program does; on a folder that another has used, it goes on from there.</summary>
    public static async Task<KeyHouse> OpenAsync(string? directory = null, FakeTimeProvider? clock = null, params (string Key, string Value)[] settings)
    {
        var own = directory is null;
        directory ??= System.IO.Directory.CreateTempSubdirectory("salesos-").FullName;
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .AddInMemoryCollection((await TestEngine.SettingsAsync(directory)).ToDictionary(s => s.Key, s => (string?)s.Value, StringComparer.Ordinal))
            .AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value, StringComparer.Ordinal))
            .AddInMemoryCollection([new("Data:Directory", directory)])
            .Build();
        var log = new LogLines();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<TimeProvider>(clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)))
            .AddSingleton(log)
            .AddLogging(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddMetrics()
            .AddTestDatabase(configuration, directory)
            .AddCluster(configuration)
            // A house has nobody to tell, also where it shares Redis with another.
            .Replace(ServiceDescriptor.Singleton<IFeed, OwnFeed>())
            .AddApiKeys()
            .AddNotices()
            .AddUsage()
            .AddReviews()
            .AddSingleton<IOwnListener, NoListener>()
            .AddStoredSessions()
            .BuildServiceProvider();
        try
        {
            if (services.GetService<DatabaseLocation>() is { } location)
            {
                if (own)
                {
                    await MigratedDatabase.PutAsync(location);
                }

                SqliteSetup.MakeDirectory(location);
                await SqliteSetup.PrepareAsync(location, services.GetRequiredService<IDbContextFactory<DashboardDbContext>>(), CancellationToken.None);
            }

            await services.OpenKeysAsync();
            if (services.GetRequiredService<IGateMemory>() is RedisMemory shared)
            {
                await shared.BeginAsync();
            }
            else
            {
                await services.GetRequiredService<UsageStore>().RestoreAsync(services.GetRequiredService<OwnMemory>());
            }
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }

        return new KeyHouse(services, directory, own);
    }

    public static Caller Admin(string tenant = Acme) => Person("admin", tenant, Capabilities.AdminIntegrations, Capabilities.AuditIntegrations);

    public static Caller Auditor(string tenant = Acme) => Person("auditor", tenant, Capabilities.AuditIntegrations);

    public static Caller Manager(string tenant = Acme) => Person("manager", tenant);

    /// <summary>Makes a key that must be made.</summary>
    public async Task<CreatedKey> MakeAsync(NewKey? request = null, Caller? caller = null)
    {
        var made = await Keys.CreateAsync(request ?? new NewKey("Zapier"), caller ?? Admin());
        made.Done.ShouldBeTrue();
        return made.Value!;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (ownsDirectory)
        {
            await TestEngine.RemoveAsync(Directory);
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    /// <summary>The house has no door.</summary>
    private sealed class NoListener : IOwnListener
    {
        public Task<int?> GetAsync(string target, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancellationToken) => Task.FromResult<int?>(null);
    }

    private static Caller Person(string role, string tenant, params string[] capabilities) => new(
        CallerKind.User,
        $"subject-{role}-{tenant}",
        tenant,
        TenantName: null,
        $"{role} person",
        $"{role}@example.test",
        [role],
        capabilities.ToHashSet(StringComparer.Ordinal))
    {
        Address = "203.0.113.9",
        Agent = "test-agent",
        RequestId = "request-1",
    };
}

/// <summary>Keeps every log line, at every level.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IReadOnlyCollection<(LogLevel Level, string Text)> All => lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
