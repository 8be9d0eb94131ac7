using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>
/// Three nodes in this process, the whole program each, on one database of PostgreSQL and one Redis, started at the same time. For a class with <see cref="OnPostgresAttribute"/>.
/// </summary>
public sealed class RunningNodes : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private StubIssuer issuer = null!;

    internal RedisServer Redis { get; private set; } = null!;

    public IReadOnlyList<RunningDashboard> All { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        issuer = await StubIssuer.StartAsync();
        // Makes the database; nothing is migrated by the nodes then but what is new.
        await TestEngine.SettingsAsync(directory);
        All = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync()));
        var began = TimeProvider.System.GetTimestamp();
        // On a busy machine the first connection to Redis takes longer than the program waits for it.
        while (Enumerable.Range(0, 3).Any(node => Of<NodeRegister>(node).Others.Count < 2 || !Of<SharedFeed>(node).IsOpen || Of<RedisMemory>(node).IsAway))
        {
            TimeProvider.System.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(30, "each knows of the others and of Redis");
            await Task.Delay(5);
        }
    }

    /// <summary>One more node; dispose it.</summary>
    public Task<RunningDashboard> StartAsync(params string[] settings) => StartAsync(time: null, settings);

    /// <summary>One more node with a clock of its own; dispose it.</summary>
    public Task<RunningDashboard> StartAsync(TimeProvider? time, params string[] settings) => RunningDashboard.StartAsync(time, directory: directory, settings: [.. Settings, .. settings]);

    /// <summary>The setting that gives a node its own line to the database.</summary>
    internal async Task<string> ThroughAsync(TcpRelay line)
    {
        var connection = (await TestEngine.SettingsAsync(directory)).Single(setting => setting.Key == "Database:ConnectionString").Value;
        return "--Database:ConnectionString=" + new NpgsqlConnectionStringBuilder(connection) { Port = line.Port }.ConnectionString;
    }

    /// <summary>Starts a node that must refuse to.</summary>
    public Task<string> RefusedAsync(params string[] settings) => RunningDashboard.RefusedAsync(directory, [.. Settings, .. settings]);

    private string[] Settings =>
    [
        Platform.Setting,
        $"--Redis:ConnectionString={Redis.ConnectionString}",
        "--Redis:PatienceMilliseconds=5000",
        "--Node:Name=web",
        // What is counted waits until a test or a node asks for it.
        "--Usage:FlushSeconds=60",
        $"--Oidc:Authority={issuer.Address}",
        "--Oidc:ClientId=dashboard",
        "--Oidc:ClientSecret=hush",
    ];

    public T Of<T>(int node)
        where T : notnull => All[node].Services.GetRequiredService<T>();

    /// <summary>A key, made on a node, that may sign one request twice unless it says otherwise.</summary>
    public async Task<CreatedKey> MakeAsync(NewKey? request = null, int node = 0)
    {
        request ??= new NewKey("shared");
        var made = await Of<ApiKeyService>(node).CreateAsync(request with { SingleUse = request.SingleUse ?? false }, KeyHouse.Admin());
        made.Done.ShouldBeTrue();
        return made.Value!;
    }

    /// <summary>A client for each node.</summary>
    public IReadOnlyList<HttpClient> Clients() => [.. All.Select(node => node.NewClient())];

    public static async Task<HttpStatusCode> CallAsync(HttpClient client, CreatedKey key, string target = "/v1/whoami")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", target, []));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in All)
        {
            await node.DisposeAsync();
        }

        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
        if (issuer is not null)
        {
            await issuer.DisposeAsync();
        }

        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }
    }
}
