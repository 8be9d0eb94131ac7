using System.Collections.Concurrent;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>
/// Brings notices to their receivers: at least once, under one id, tried again by <see cref="RetrySchedule"/>. It is woken by each commit that adds a notice and by each try that
/// ends, and looks each second anyway, for those of other nodes and what is due again. Many tries run at a time, within <see cref="ReceiverLoad"/>; what became of them is put
/// down together, so that a hundred of them cost a transaction or two.
/// </summary>
internal sealed partial class NoticeCourier : PeriodicJob
{
    private const int MostCounted = 100_000;

    /// <summary>Outcomes in one transaction, which others wait for.</summary>
    private const int MostAtOnce = 100;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(30);

    /// <summary>For tries that are under way when the program stops.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DeliveryQueue queue;
    private readonly LetterWriter writer;
    private readonly NoticeWebhooks webhooks;
    private readonly NoticeMetrics metrics;
    private readonly ILogger<NoticeCourier> logger;
    private readonly ReceiverLoad load;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly CancellationTokenSource stopped = new();
    private readonly ConcurrentDictionary<Guid, Task> underWay = new();
    private readonly ConcurrentQueue<TriedLetter> ended = new();
    private long countedAt;
    private bool isHeldUp;

    public NoticeCourier(DeliveryQueue queue, LetterWriter writer, NoticeWebhooks webhooks, NoticeOutbox outbox, NoticeMetrics metrics, TimeProvider clock, ILogger<NoticeCourier> logger)
        : base(Every, clock, atStart: true)
    {
        (this.queue, this.writer, this.webhooks, this.metrics, this.logger) = (queue, writer, webhooks, metrics, logger);
        load = new ReceiverLoad(clock);
        outbox.Listen(Wake);
    }

    /// <summary>Brings all that is due now, and waits for the end of each try.</summary>
    public async Task DeliverAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            await TurnsAsync(cancellationToken);
            await Task.WhenAll(underWay.Values);
        }
        while (!ended.IsEmpty);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAny(Task.WhenAll(underWay.Values), Task.Delay(Patience, TimeProvider.System, CancellationToken.None));
        await stopped.CancelAsync();
        await Task.WhenAll(underWay.Values);
        try
        {
            do
            {
                await PutDownAsync([], CancellationToken.None);
            }
            while (!ended.IsEmpty);
        }
        catch (Exception fault)
        {
            // What is not put down is sent once more, under the same id.
            Failed(fault);
        }
    }

    public override void Dispose()
    {
        turn.Dispose();
        stopped.Dispose();
        base.Dispose();
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await TurnsAsync(cancellationToken);
        isHeldUp = false;
        if (countedAt == 0 || Clock.GetElapsedTime(countedAt) > BetweenCounts)
        {
            countedAt = Clock.GetTimestamp();
            metrics.Waiting = await queue.CountAsync(MostCounted, cancellationToken);
        }
    }

    /// <summary>Told of once: it lasts as long as the database is away.</summary>
    protected override void Failed(Exception fault)
    {
        if (!isHeldUp)
        {
            isHeldUp = true;
            HeldUp(fault);
        }
        else
        {
            StillHeldUp(fault.Message);
        }
    }

    [LoggerMessage(2300, LogLevel.Error, "Notices could not be brought to their receivers; none is lost, and it is tried again each second.")]
    private partial void HeldUp(Exception fault);

    private async Task TurnsAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            while (await TurnAsync(cancellationToken))
            {
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <returns>Whether there may be more to do at once.</returns>
    private async Task<bool> TurnAsync(CancellationToken cancellationToken)
    {
        var look = await queue.LookAsync(cancellationToken);
        if (look is { IsSpread: true, Due: [] } && ended.IsEmpty)
        {
            return false;
        }

        // In another order each time: where there are more than places, everybody's turn comes.
        DueReceiver[] due = [.. look.Due];
        Random.Shared.Shuffle(due);
        List<(DueReceiver Receiver, int Most)> places = [.. due.Select(receiver => (receiver, load.Take(receiver))).Where(one => one.Item2 > 0)];
        if (look.IsSpread && places.Count == 0 && ended.IsEmpty)
        {
            return false;
        }

        // What is put down gives places back.
        var hasEnded = !ended.IsEmpty;
        var done = await PutDownAsync(places, cancellationToken);
        foreach (var letter in done.Taken)
        {
            Begin(letter);
        }

        metrics.InFlight = load.InFlight;
        return hasEnded || done.Spread > 0 || done.Taken.Count > 0;
    }

    /// <summary>One transaction; when it fails, what became of letters is kept for the next.</summary>
    private async Task<QueueTurn> PutDownAsync(List<(DueReceiver Receiver, int Most)> places, CancellationToken cancellationToken)
    {
        var outcomes = new List<TriedLetter>();
        while (outcomes.Count < MostAtOnce && ended.TryDequeue(out var outcome))
        {
            outcomes.Add(outcome);
        }

        QueueTurn? done = null;
        try
        {
            outcomes = await TellOfReceiversAsync(outcomes, cancellationToken);
            done = await queue.TurnAsync(outcomes, places, cancellationToken);
        }
        finally
        {
            foreach (var (receiver, most) in places)
            {
                load.Free(receiver, most - (done?.Taken.Count(letter => letter.ReceiverId == receiver.Id) ?? 0));
            }

            foreach (var outcome in outcomes)
            {
                if (done is null)
                {
                    ended.Enqueue(outcome);
                }
                else
                {
                    load.Ended(outcome.Letter, outcome.Result?.IsDelivered);
                    metrics.Ended(outcome);
                }
            }
        }

        return done;
    }

    /// <summary>Before it is put down what became of the letter: should the program die between the two, the letter is tried once more and this is done then.</summary>
    /// <returns>The outcomes, of which those of an address that was changed meanwhile say nothing of the receiver: their letters go to the new one.</returns>
    private async Task<List<TriedLetter>> TellOfReceiversAsync(List<TriedLetter> outcomes, CancellationToken cancellationToken)
    {
        var moved = new HashSet<TriedLetter>();
        foreach (var sent in outcomes.Where(one => one is { Fate: Fate.Gone or Fate.GivenUp, Webhook: not null }).GroupBy(one => (one.Webhook!.Id, one.Webhook.Url)))
        {
            var (webhook, fate) = (sent.First().Webhook!, sent.First().Fate);
            if (await (fate == Fate.Gone ? webhooks.SwitchOffAsync(webhook, cancellationToken) : webhooks.MarkFailingAsync(webhook, cancellationToken)))
            {
                ReceiverGivenUp(webhook.Id, webhook.TenantId);
            }
            else
            {
                moved.UnionWith(sent);
            }
        }

        return [.. outcomes.Select(one => moved.Contains(one) ? one with { Fate = Fate.Returned } : one)];
    }

    private void Begin(Letter letter)
    {
        var trying = Task.Run(() => TryAsync(letter), CancellationToken.None);
        underWay[letter.Id] = trying;
        _ = trying.ContinueWith(_ => underWay.TryRemove(KeyValuePair.Create(letter.Id, trying)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task TryAsync(Letter letter)
    {
        var at = Clock.GetUtcNow();
        try
        {
            ended.Enqueue(await writer.SendAsync(letter, stopped.Token));
        }
        catch (Exception fault)
        {
            // Not the receiver's doing: the program stops, or the database is away.
            if (!stopped.IsCancellationRequested)
            {
                NotTried(fault, letter.Id);
            }

            ended.Enqueue(new TriedLetter(letter, Fate.Returned, Result: null, at, Clock.GetUtcNow()));
        }

        Wake();
    }

    [LoggerMessage(2302, LogLevel.Warning, "The receiver {Receiver} of tenant {Tenant} took a notice at none of its tries, or wants no more; its tenant is told by other channels.")]
    private partial void ReceiverGivenUp(Guid receiver, string tenant);

    [LoggerMessage(2304, LogLevel.Debug, "Notices still can't be brought to their receivers: {Reason}")]
    private partial void StillHeldUp(string reason);

    [LoggerMessage(2303, LogLevel.Error, "The notice of delivery {Delivery} could not be made ready; it is tried again in a few seconds.")]
    private partial void NotTried(Exception fault, Guid delivery);
}
