using System.Globalization;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Cluster;

/// <summary>Another node that is there.</summary>
/// <param name="HasMemory">Whether it can ask Redis.</param>
/// <param name="HasFeed">Whether it hears the others.</param>
public sealed record Node(Guid Id, string Name, bool HasMemory, bool HasFeed);

/// <summary>
/// Which nodes are there: each says so every two seconds, and one that was silent for six is not waited for. No promise rests on it: it says whom to wait for, and what a node's
/// health is beside that of the others.
/// </summary>
public sealed partial class NodeRegister(ISharedDatabase shared, Database database, ClusterOptions options, TimeProvider clock, ILogger<NodeRegister> logger)
    : PeriodicJob(Every, clock)
{
    private const string Naming = "naming of nodes";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(6);

    private volatile IReadOnlyList<OtherProcess> seen = [];
    private readonly SemaphoreSlim looking = new(1, 1);
    private bool isSilent;
    private long seenAt = TimeProvider.System.GetTimestamp();
    private Func<(bool HasMemory, bool HasFeed)> own = () => (false, false);

    /// <summary>This node's: <c>Node:Name</c>, with a number where another live node has it.</summary>
    public string Name { get; private set; } = options.NodeName;

    /// <summary>The others that are there, as far as this node knows.</summary>
    public IReadOnlyList<Node> Others
    {
        get
        {
            var since = TimeProvider.System.GetElapsedTime(Volatile.Read(ref seenAt));
            return [.. seen.Where(node => node.Silent + since < SilentAfter).Select(node => new Node(node.Id, node.Name, node.HasMemory, node.HasFeed))];
        }
    }

    /// <summary>At a start, before the first request: the others wait for this node from here on.</summary>
    /// <param name="own">Says whether this node can ask Redis and hears the others.</param>
    public async Task BeginAsync(Func<(bool HasMemory, bool HasFeed)> own, CancellationToken cancellationToken)
    {
        this.own = own;
        await using (await database.TakeAsync(Naming, cancellationToken))
        {
            await RoundAsync(cancellationToken);
            var taken = Others.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
            for (var number = 2; taken.Contains(Name); number++)
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{options.NodeName}-{number}");
            }

            await RoundAsync(cancellationToken);
        }

        Began(Name, Others.Count);
    }

    /// <summary>Looks anew who is there. Where it can't, the next round does.</summary>
    internal async Task LookAsync()
    {
        try
        {
            await RoundAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    /// <summary>One has said that it stops.</summary>
    internal void Forget(Guid node) => seen = [.. seen.Where(other => other.Id != node)];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await shared.LeaveAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    public override void Dispose()
    {
        looking.Dispose();
        base.Dispose();
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        // One after the other, so that what was read earlier never has the last word.
        await looking.WaitAsync(cancellationToken);
        try
        {
            var (hasMemory, hasFeed) = own();
            var asked = TimeProvider.System.GetTimestamp();
            seen = await shared.BeatAsync(Name, hasMemory, hasFeed, cancellationToken);
            Volatile.Write(ref seenAt, asked);
            isSilent = false;
        }
        finally
        {
            looking.Release();
        }
    }

    /// <summary>Told of once: it lasts as long as the database is away.</summary>
    protected override void Failed(Exception fault)
    {
        if (!isSilent)
        {
            isSilent = true;
            Silent(fault);
        }
    }

    [LoggerMessage(1521, LogLevel.Warning, "This node could not say that it is there; the others do not wait for it meanwhile.")]
    private partial void Silent(Exception fault);

    [LoggerMessage(1522, LogLevel.Information, "This is node {Name}; {Others} others are there.")]
    private partial void Began(string name, int others);
}
