using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>The connection to Redis. It waits for nothing that can't be sent at once, and what it asks has no end of its own but the client's: whoever asks has patience of their own.</summary>
/// <param name="wording">What becomes of a script before it is run; null: it is run as it is.</param>
internal sealed class RedisLine(string connectionString, Func<string, string>? wording = null) : IAsyncDisposable
{
    private ConnectionMultiplexer? connection;

    private IDatabase Database => (connection ?? throw new RedisException("There is no connection yet.")).GetDatabase();

    /// <summary>Connects, or goes on trying where Redis does not answer.</summary>
    public async Task BeginAsync()
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        options.ConnectTimeout = 1000;
        connection = await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>Runs the script as one step.</summary>
    /// <exception cref="RedisException">It was not sent, not answered, or refused.</exception>
    /// <exception cref="TimeoutException">The client gave up.</exception>
    public async Task<byte[]> RunAsync(string script, ReadOnlyMemory<RedisKey> keys, ReadOnlyMemory<RedisValue> arguments)
    {
        using var reply = await Database.ScriptEvaluateRespAsync(wording?.Invoke(script) ?? script, keys, arguments);
        return reply.ReadScalar().ReadByteArray() ?? throw new RedisException("The script answered nothing.");
    }

    /// <summary>The fields of hashes, in the order of their names.</summary>
    public Task<HashEntry[][]> HashesAsync(IEnumerable<RedisKey> names)
    {
        var database = Database;
        return Task.WhenAll(names.Select(name => database.HashGetAllAsync(name)));
    }

    /// <summary>Keeps bytes until their lifetime is over.</summary>
    public Task PutAsync(RedisKey name, byte[] bytes, TimeSpan lifetime) => Database.StringSetAsync(name, bytes, new Expiration(lifetime));

    public async Task<byte[]?> GetAsync(RedisKey name) => await Database.StringGetAsync(name);

    /// <summary>Gives and deletes in one step.</summary>
    public async Task<byte[]?> TakeAsync(RedisKey name) => await Database.StringGetDeleteAsync(name);

    /// <summary>Why this server can't be used, in words; null when it can.</summary>
    public async Task<string?> FaultAsync()
    {
        var text = System.Text.Encoding.UTF8.GetString(await RunAsync("return redis.call('INFO', 'server') .. redis.call('INFO', 'memory')", default, default));
        var facts = text.Split("\r\n").Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (facts.GetValueOrDefault("maxmemory_policy") is not "noeviction" and var policy)
        {
            return $"its maxmemory-policy is {policy} and must be noeviction: an evicted version would let a revoked key in";
        }

        // Valkey tells a Redis version of its own beside.
        return Version.TryParse(facts.GetValueOrDefault("redis_version"), out var version) && version < new Version(7, 0) ? $"it is version {version} and must be 7.0 or newer" : null;
    }

    /// <summary>What <paramref name="ask"/> answers; null where Redis does not.</summary>
    public static async Task<string?> OrNullAsync(Func<Task<string?>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.CloseAsync(allowCommandsToComplete: false);
            await connection.DisposeAsync();
        }
    }
}
