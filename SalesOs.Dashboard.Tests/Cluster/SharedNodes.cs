using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Nodes that share one Redis and one record, in this process.</summary>
internal sealed class SharedNodes : IAsyncDisposable
{
    private readonly ILoggerFactory logging;

    private SharedNodes(RedisServer redis, ILoggerFactory logging) => (Redis, this.logging) = (redis, logging);

    public RedisServer Redis { get; }

    public LogLines Log { get; } = new();

    public RecordInMemory Record { get; } = new();

    public List<RedisMemory> All { get; } = [];

    public RedisMemory First => All[0];

    public static async Task<SharedNodes> StartAsync(int nodes = 3, bool keepsFile = false, int patienceMilliseconds = 20_000, int window = 30)
    {
        var shared = new SharedNodes(await RedisServer.StartAsync(keepsFile), LoggerFactory.Create(_ => { }));
        await Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => shared.AddAsync(patienceMilliseconds, window)));
        // On a busy machine the first connection takes longer than the program waits for it.
        await shared.UntilBackAsync(seconds: 30);
        return shared;
    }

    public async Task<RedisMemory> AddAsync(int patienceMilliseconds = 20_000, int window = 30)
    {
        var node = new RedisMemory(Redis.Options(patienceMilliseconds, window), Record, TimeProvider.System, logging.CreateLogger<RedisMemory>());
        await node.BeginAsync();
        lock (All)
        {
            All.Add(node);
        }

        return node;
    }

    /// <summary>A key in the record.</summary>
    public SharedKey Make(int limit = 1_000_000) => Record.Make(limit);

    /// <summary>Waits until every node can ask Redis.</summary>
    public async Task UntilBackAsync(double seconds = 5)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (All.Any(node => node.IsAway))
        {
            TimeProvider.System.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(seconds);
            await Task.Delay(5);
        }
    }

    public async Task UntilAwayAsync()
    {
        while (!All.All(node => node.IsAway))
        {
            await Task.WhenAll(All.Select(node => node.SettleAsync(Make().Claim()).AsTask()));
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in All)
        {
            await node.DisposeAsync();
        }

        await Redis.DisposeAsync();
        logging.Dispose();
    }
}

/// <summary>A key as all nodes' rings have it.</summary>
internal sealed record SharedKey(Guid Id, int Ordinal, int Limit)
{
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public Claim Claim(int version = 1, bool takes = true, UInt128? once = null, long? timestamp = null, long? expires = null) => new()
    {
        Key = Id,
        Ordinal = Ordinal,
        Version = version,
        Limit = Limit,
        ExpiresAt = expires ?? long.MaxValue,
        Now = Now * 1000,
        Timestamp = timestamp ?? Now,
        Signature = once ?? default,
        Token = Random.Shared.NextInt64(),
        Takes = takes,
        SingleUse = once is not null,
    };

    public static UInt128 Signature() => new((ulong)Random.Shared.NextInt64(), (ulong)Random.Shared.NextInt64());
}

/// <summary>Stands for the database: what it knows of keys, and the generation.</summary>
internal sealed class RecordInMemory : IGateRecord
{
    private readonly Lock sync = new();
    private readonly ConcurrentDictionary<Guid, KeyRecord> keys = new();
    private long generation;
    private int beginning;
    private int ordinals;
    private int reads;

    public long Generation => Interlocked.Read(ref generation);

    /// <summary>How often keys were read.</summary>
    public int Reads => Volatile.Read(ref reads);

    /// <summary>Runs after a generation was begun, as long as others are waited for.</summary>
    public Func<Task> Begun { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs before the beginning of a generation is taken.</summary>
    public Func<Task> Taking { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after keys were read, before they are handed out.</summary>
    public Func<Task> Read { get; set; } = () => Task.CompletedTask;

    public SharedKey Make(int limit)
    {
        var key = new SharedKey(Guid.CreateVersion7(), Interlocked.Increment(ref ordinals), limit);
        keys[key.Id] = new KeyRecord(key.Id, 1, Revoked: false, []);
        return key;
    }

    /// <summary>Counts requests of now.</summary>
    public void Count(SharedKey key, int granted) => keys[key.Id] = keys[key.Id] with { Hour = [.. keys[key.Id].Hour, (SharedKey.Now / 60, granted)] };

    public void Change(SharedKey key, int version, bool revoked = false) => keys[key.Id] = keys[key.Id] with { Version = version, Revoked = revoked };

    public void Delete(SharedKey key) => keys.TryRemove(key.Id, out _);

    public Task<long> GenerationAsync(CancellationToken cancellationToken) => Task.FromResult(Generation);

    public async Task<IAsyncDisposable?> TryTakeBeginningAsync(CancellationToken cancellationToken)
    {
        await Taking();
        return Interlocked.Exchange(ref beginning, 1) == 0 ? new Beginning(() => Volatile.Write(ref beginning, 0)) : null;
    }

    public async Task<long> BeginAsync(long before, CancellationToken cancellationToken)
    {
        long begun;
        lock (sync)
        {
            begun = generation = generation == before ? before + 1 : generation;
        }

        await Begun();
        return begun;
    }

    public Task<bool> AnyKeysAsync(CancellationToken cancellationToken) => Task.FromResult(!keys.IsEmpty);

    public async Task<IReadOnlyList<KeyRecord>> KeysAsync(IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref reads);
        IReadOnlyList<KeyRecord> found = [.. keys.Select(id => this.keys.GetValueOrDefault(id)).OfType<KeyRecord>()];
        await Read();
        return found;
    }

    private sealed class Beginning(Action over) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            over();
            return default;
        }
    }
}
