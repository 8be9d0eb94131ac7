namespace SalesOs.Dashboard.Cluster;

/// <summary>What every signed request shares: whether its key is current, how the key's hour stands, whether its signature was accepted before.</summary>
public interface IGateMemory
{
    /// <summary>Decides the claim. Nothing but its answer lets a request in.</summary>
    /// <returns>Completed at once where the memory is this process's own.</returns>
    ValueTask<Settled> SettleAsync(in Claim claim);

    /// <summary>Forgets the accepted signature of a request that was not worked on, so that it can be sent again; waits for nothing.</summary>
    void GiveBack(in Claim claim);

    /// <summary>After the commit of a change and before its answer: makes sure that no node lets in by an older version what begins from now on.</summary>
    /// <returns>False: it could not be made sure of within five seconds. It is tried on, and asking again is safe.</returns>
    ValueTask<bool> FenceAsync(IReadOnlyList<Fence> fences);

    /// <summary>Requests granted in the sliding hour of each key, in their order; for at most a hundred.</summary>
    /// <param name="nowMilliseconds">Unix milliseconds.</param>
    /// <returns>Null: the memory can't be asked.</returns>
    ValueTask<IReadOnlyList<int>?> UsedAsync(IReadOnlyList<(Guid Key, int Ordinal)> keys, long nowMilliseconds);
}

/// <summary>The version below which nobody may be let in by a key.</summary>
/// <param name="Version">Of the row after the change; with <see cref="KeyEnd.None"/> alone.</param>
public sealed record Fence(Guid Key, int Version, KeyEnd End = KeyEnd.None);

/// <summary>Whether a key has come to its end.</summary>
public enum KeyEnd : byte
{
    None,
    Revoked,
    Deleted,
}
