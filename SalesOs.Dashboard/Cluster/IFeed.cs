using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Cluster;

/// <summary>What a message is about.</summary>
public enum Topic
{
    /// <summary>Keys were made, changed or deleted: heard, never told, since each change of a key notes it in its own transaction.</summary>
    Keys,

    /// <summary>Requests of keys were counted.</summary>
    Figures,

    /// <summary>Sessions have ended, or act in another tenant.</summary>
    SessionEnded,

    /// <summary>A generation of the shared memory has begun: what is counted is to be written.</summary>
    Generation,

    /// <summary>A rotation is about to be judged: what is counted is to be written.</summary>
    Counts,

    /// <summary>A tenant's notices have changed, or who gets them.</summary>
    Notices,

    /// <summary>A tenant's policy has changed.</summary>
    Policies,

    /// <summary>A receipt is asked for: who has not probed the revoked key does.</summary>
    Probes,

    /// <summary>Told by the feed itself: this node has done what others wait for.</summary>
    Confirmed,

    /// <summary>Told by the feed itself: this node is there, and hears what is told from here on.</summary>
    Joined,

    /// <summary>Told by the feed itself: this node stops.</summary>
    Left,
}

/// <summary>
/// What the nodes tell each other: topics and ids, never data. A message makes things quick and may be lost; what must hold is read from the database, or decided by the gate's
/// memory.
/// </summary>
public interface IFeed
{
    /// <summary>Whether nobody else is known to be there to be told.</summary>
    bool IsAlone { get; }

    /// <summary>Whether this node hears the others.</summary>
    bool IsOpen { get; }

    /// <summary>Tells the other nodes, once the transaction of <paramref name="db"/> is committed.</summary>
    /// <param name="text">Less than 6,900 characters, ASCII.</param>
    Task TellAsync(DashboardDbContext db, Topic topic, string text = "");

    /// <summary>Calls <paramref name="heard"/> with what another node tells; it must return at once and not throw. For as long as the program runs.</summary>
    void Listen(Topic topic, Action<string> heard);

    /// <summary>Tells the others that this node has done what a number stands for: has all changes of keys up to it, has written what it counted before the generation.</summary>
    Task ConfirmAsync(Topic topic, long number, CancellationToken cancellationToken = default);

    /// <summary>Waits until every live node has confirmed the number, or a later one.</summary>
    /// <returns>False: one has not, after <paramref name="patience"/>.</returns>
    Task<bool> AllConfirmedAsync(Topic topic, long number, TimeSpan patience);

    /// <summary>Waits until every live node's ring has what this one has changed so far; a second at most.</summary>
    Task AllHaveKeysAsync();
}
