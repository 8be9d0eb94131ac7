using System.Collections.Concurrent;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>Fences on their way to Redis. One that is not known to be there stays open and is written as soon as Redis can be asked, before anything else is.</summary>
internal sealed class OpenFences(RedisLine line, RedisArming arming)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<Guid, Fence> open = new();

    /// <summary>Also writes those that are open from before, so that who asks again is told of all.</summary>
    /// <returns>False: after five seconds they were not known to be there.</returns>
    public async Task<bool> WriteAsync(IReadOnlyList<Fence> fences)
    {
        foreach (var fence in fences)
        {
            open.AddOrUpdate(fence.Key, fence, (_, before) => before.End > fence.End || (before.End == fence.End && before.Version > fence.Version) ? before : fence);
        }

        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if (open.IsEmpty)
                {
                    return true;
                }

                if (arming.Open is { } asked && await WriteOpenAsync(asked).WaitAsync(Patience - TimeProvider.System.GetElapsedTime(began), TimeProvider.System))
                {
                    return true;
                }
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException or ArgumentOutOfRangeException)
            {
                // Tried again while there is time.
            }

            if (TimeProvider.System.GetElapsedTime(began) + BetweenTries >= Patience)
            {
                return false;
            }

            await Task.Delay(BetweenTries, TimeProvider.System);
        }
    }

    /// <summary>Writes all that are open; false where Redis has changed meanwhile.</summary>
    public async Task<bool> WriteOpenAsync(Asked asked)
    {
        foreach (var some in open.Values.Chunk(500))
        {
            if (!await WriteAsync(asked, some))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> WriteAsync(Asked asked, IReadOnlyList<Fence> fences)
    {
        var names = asked.Names;
        RedisKey[] keys = [names.Meta, .. fences.Select(fence => names.Version(fence.Key))];
        RedisValue[] arguments = [names.GenerationText, .. fences.Select(ValueOf)];
        if (await line.RunAsync(GateScripts.Fence, keys, arguments) is not [(byte)'K'])
        {
            arming.Leave("another generation is armed, or it has lost its memory");
            return false;
        }

        foreach (var fence in fences)
        {
            // Not a later one of the same key.
            open.TryRemove(new KeyValuePair<Guid, Fence>(fence.Key, fence));
        }

        return true;
    }

    private static RedisValue ValueOf(Fence fence) => fence.End switch
    {
        KeyEnd.None => fence.Version,
        KeyEnd.Revoked => "x",
        KeyEnd.Deleted => "d",
    };
}
