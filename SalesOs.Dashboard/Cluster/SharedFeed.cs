using System.Collections.Concurrent;
using System.Globalization;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// The feed of several nodes, by messages of the database that they share, over one line a node. When the line breaks it is opened again within a second; what was told
/// meanwhile is not heard, and is found by those who look each second.
/// </summary>
/// <remarks>See docs/decisions/0015-how-nodes-tell-each-other.md.</remarks>
public sealed partial class SharedFeed(ISharedDatabase shared, NodeRegister nodes, TimeProvider clock, ILogger<SharedFeed> logger)
    : PeriodicJob(TimeSpan.FromSeconds(1), clock, atStart: true), IFeed
{
    /// <summary>After that a new key is answered for though a node has not said that it has it.</summary>
    private static readonly TimeSpan PatienceForKeys = TimeSpan.FromSeconds(1);

    /// <summary>A node that falls silent meanwhile is not waited for.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Topic, Action<string>> listeners = new();
    private readonly ConcurrentDictionary<(Guid Node, Topic Topic), long> confirmed = new();
    private readonly ConcurrentDictionary<Topic, long> own = new();
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool open;
    private bool isLost;
    private long lostAt = TimeProvider.System.GetTimestamp();

    public bool IsOpen => open;

    /// <summary>For how long it has not heard them; null when it does.</summary>
    public TimeSpan? AwayFor => open ? null : TimeProvider.System.GetElapsedTime(Volatile.Read(ref lostAt));

    public bool IsAlone => nodes.Others.Count == 0;

    public Task TellAsync(DashboardDbContext db, Topic topic, string text = "") => shared.TellAsync(db, Message(topic, text));

    public void Listen(Topic topic, Action<string> heard) => listeners.AddOrUpdate(topic, heard, (_, before) => before + heard);

    public Task ConfirmAsync(Topic topic, long number, CancellationToken cancellationToken = default)
    {
        own.AddOrUpdate(topic, number, (_, before) => Math.Max(before, number));
        return IsAlone ? Task.CompletedTask : TellConfirmedAsync(topic, number, cancellationToken);
    }

    public async Task<bool> AllConfirmedAsync(Topic topic, long number, TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var more = Volatile.Read(ref next).Task;
            if (nodes.Others.All(node => confirmed.GetValueOrDefault((node.Id, topic)) >= number))
            {
                return true;
            }

            var left = patience - TimeProvider.System.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await Task.WhenAny(more, Task.Delay(left < BetweenLooks ? left : BetweenLooks, TimeProvider.System));
        }
    }

    /// <summary>So that nobody waits for it any more.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await shared.TellAsync(Message(Topic.Left, ""), CancellationToken.None);
        }
        catch (Exception fault)
        {
            StillLost(fault.Message);
        }
    }

    public Task AllHaveKeysAsync() => AllConfirmedAsync(Topic.Keys, shared.LatestNoted, PatienceForKeys);

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await shared.ListenAsync(Opened, Told, () => Hear(Topic.Keys, ""), cancellationToken);
        }
        finally
        {
            if (open)
            {
                Volatile.Write(ref lostAt, TimeProvider.System.GetTimestamp());
                open = false;
            }
        }
    }

    protected override void Failed(Exception fault)
    {
        if (isLost)
        {
            StillLost(fault.Message);
            return;
        }

        isLost = true;
        Lost(fault);
    }

    private string Message(Topic topic, string text) => string.Create(CultureInfo.InvariantCulture, $"{shared.Process:N} {topic} {text}");

    private void Opened()
    {
        open = true;
        if (isLost)
        {
            isLost = false;
            Back();
        }

        // What was told before nobody has heard.
        Hear(Topic.Keys, "");
        Hear(Topic.SessionEnded, "");
        Hear(Topic.Generation, "");
        _ = JoinAsync();
    }

    /// <summary>Of two nodes that begin at the same time each learns of the other: whoever hears later looks itself.</summary>
    private async Task JoinAsync()
    {
        await nodes.LookAsync();
        try
        {
            await shared.TellAsync(Message(Topic.Joined, ""), CancellationToken.None);
        }
        catch (Exception fault)
        {
            StillLost(fault.Message);
        }
    }

    /// <summary>What this node has confirmed before, the one that joins has not heard.</summary>
    private async Task WelcomeAsync()
    {
        await nodes.LookAsync();
        try
        {
            foreach (var (topic, number) in own)
            {
                await TellConfirmedAsync(topic, number, CancellationToken.None);
            }
        }
        catch (Exception fault)
        {
            StillLost(fault.Message);
        }
    }

    private Task TellConfirmedAsync(Topic topic, long number, CancellationToken cancellationToken) =>
        shared.TellAsync(Message(Topic.Confirmed, string.Create(CultureInfo.InvariantCulture, $"{topic} {number}")), cancellationToken);

    private void Told(string message)
    {
        if (message.Split(' ', 3) is not [var from, var named, var text] || !Guid.TryParse(from, out var node) || node == shared.Process || !Enum.TryParse<Topic>(named, out var topic))
        {
            // This node's own, or one that a later version of the program understands.
            return;
        }

        switch (topic)
        {
            case Topic.Confirmed:
                Confirmed(node, text);
                break;
            case Topic.Joined:
                _ = WelcomeAsync();
                break;
            case Topic.Left:
                nodes.Forget(node);
                break;
            default:
                Hear(topic, text);
                break;
        }
    }

    private void Confirmed(Guid node, string text)
    {
        if (text.Split(' ') is [var named, var number] && Enum.TryParse<Topic>(named, out var topic) && long.TryParse(number, CultureInfo.InvariantCulture, out var upTo))
        {
            confirmed.AddOrUpdate((node, topic), upTo, (_, before) => Math.Max(before, upTo));
            Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    private void Hear(Topic topic, string text) => listeners.GetValueOrDefault(topic)?.Invoke(text);

    [LoggerMessage(1520, LogLevel.Warning, "The line to the other nodes is lost; it is opened again. Until then this node finds what they change within a second, where it can read the database.")]
    private partial void Lost(Exception fault);

    [LoggerMessage(1523, LogLevel.Information, "The line to the other nodes is open again.")]
    private partial void Back();

    [LoggerMessage(1524, LogLevel.Debug, "The other nodes can't be heard or told: {Reason}")]
    private partial void StillLost(string reason);
}
