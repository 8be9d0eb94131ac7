namespace SalesOs.Dashboard.Cluster;

/// <summary>What the database knows of what the nodes share: from here their memory is rebuilt where it is gone.</summary>
public interface IGateRecord
{
    /// <summary>The memory's generation; 0 when there was none yet.</summary>
    Task<long> GenerationAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes the beginning and arming of a generation, which one node does at a time; dispose what is returned when it is armed.
    /// </summary>
    /// <returns>Null: another node does it, or this one could not hear what the others confirm.</returns>
    Task<IAsyncDisposable?> TryTakeBeginningAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins a generation after <paramref name="before"/>, or finds the one that another node has begun meanwhile. When it returns, what any live node has let in before and
    /// has counted stands in the record.
    /// </summary>
    /// <returns>Larger than any before it.</returns>
    Task<long> BeginAsync(long before, CancellationToken cancellationToken);

    /// <summary>Whether there are keys under which something may have been accepted before.</summary>
    Task<bool> AnyKeysAsync(CancellationToken cancellationToken);

    /// <summary>Keys that were deleted are left out.</summary>
    Task<IReadOnlyList<KeyRecord>> KeysAsync(IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken);
}

/// <summary>A key as the database has it.</summary>
/// <param name="Hour">Requests granted in each minute of the last 61, Unix minutes.</param>
public sealed record KeyRecord(Guid Key, int Version, bool Revoked, IReadOnlyList<(long Minute, int Granted)> Hour);
