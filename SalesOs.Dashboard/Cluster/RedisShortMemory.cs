using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>In Redis, for every node. The node that has put something keeps a copy too, so that a Redis that is away or has lost its memory takes nothing from it.</summary>
internal sealed partial class RedisShortMemory(RedisMemory redis, OwnShortMemory own, ClusterOptions options, ILogger<RedisShortMemory> logger) : IShortMemory
{
    /// <summary>A person waits for it, and no request: longer than those do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public bool IsShared => true;

    public async Task PutAsync(string name, byte[] bytes, TimeSpan lifetime)
    {
        await own.PutAsync(name, bytes, lifetime);
        await AskAsync(async () =>
        {
            await redis.Line.PutAsync(NameOf(name), bytes, lifetime);
            return null;
        });
    }

    public async Task<byte[]?> GetAsync(string name) => await own.GetAsync(name) ?? await AskAsync(() => redis.Line.GetAsync(NameOf(name)));

    public async Task<byte[]?> TakeAsync(string name)
    {
        await own.TakeAsync(name);
        return await AskAsync(() => redis.Line.TakeAsync(NameOf(name)));
    }

    /// <summary>Of no generation: what is put says itself where it belongs.</summary>
    private RedisKey NameOf(string name) => $"{{{options.Redis!.KeyPrefix}}}:short:{name}";

    private async Task<byte[]?> AskAsync(Func<Task<byte[]?>> ask)
    {
        try
        {
            return await ask().WaitAsync(Patience, TimeProvider.System);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            NotAsked(fault.Message);
            return null;
        }
    }

    [LoggerMessage(1530, LogLevel.Warning, "Redis could not be asked for what a new key's maker has yet to save, or to keep or forget it: {Reason}. It is shown on the node alone that the key was made on.")]
    private partial void NotAsked(string reason);
}
