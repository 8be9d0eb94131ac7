namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// What the processes that share a database tell each other through it: which followed rows have changed, in the order of the commits; short messages; and who is there.
/// Registered only where the database is shared. Whatever fails throws as the database does.
/// </summary>
public interface ISharedDatabase
{
    /// <summary>Bytes of UTF-8 in a message.</summary>
    const int LongestMessage = 7000;

    /// <summary>This process, random with each start.</summary>
    Guid Process { get; }

    /// <summary>The number of the latest change that this process has noted; 0 while there is none.</summary>
    long LatestNoted { get; }

    /// <summary>Tells everybody who listens, once the transaction of <paramref name="db"/> is committed.</summary>
    /// <param name="message">At most <see cref="LongestMessage"/>; also this process hears it.</param>
    Task TellAsync(DashboardDbContext db, string message);

    /// <summary>Tells everybody who listens, now.</summary>
    Task TellAsync(string message, CancellationToken cancellationToken);

    /// <summary>Listens until the line breaks, which throws. What is told while nobody listens is not told again.</summary>
    /// <param name="opened">From here on nothing is missed. As the two others it must return at once and not throw.</param>
    /// <param name="told">A message.</param>
    /// <param name="changed">Followed rows have changed.</param>
    Task ListenAsync(Action opened, Action<string> told, Action changed, CancellationToken cancellationToken);

    /// <summary>The number of the latest change that was ever noted: all up to it are committed. 0 while there is none.</summary>
    Task<long> PositionAsync(CancellationToken cancellationToken);

    /// <summary>The changes after a number, in the order of their commits and without a gap; where the first ones are missing they were pruned.</summary>
    Task<IReadOnlyList<NotedChange>> ChangesAsync(long after, int most, CancellationToken cancellationToken);

    /// <summary>Forgets changes that are older; by the database's clock.</summary>
    Task PruneAsync(TimeSpan kept, CancellationToken cancellationToken);

    /// <summary>Says that this process is there.</summary>
    /// <returns>The others that are stored, also those that have been silent for a while.</returns>
    Task<IReadOnlyList<OtherProcess>> BeatAsync(string name, bool hasMemory, bool hasFeed, CancellationToken cancellationToken);

    /// <summary>Takes back what <see cref="BeatAsync"/> has said.</summary>
    Task LeaveAsync(CancellationToken cancellationToken);
}

/// <summary>A followed row was saved or deleted.</summary>
/// <param name="Number">From 1, one more with each change; all of a transaction follow one another.</param>
/// <param name="Process">The one that did it.</param>
public sealed record NotedChange(long Number, string TenantId, Guid Id, Guid Process);

/// <summary>Another process on the same database.</summary>
/// <param name="Silent">How long ago it last said that it is there, by the database's clock.</param>
/// <param name="HasMemory">Whether it can ask the gate's memory.</param>
/// <param name="HasFeed">Whether it hears what the others tell.</param>
public sealed record OtherProcess(Guid Id, string Name, TimeSpan Silent, bool HasMemory, bool HasFeed);
