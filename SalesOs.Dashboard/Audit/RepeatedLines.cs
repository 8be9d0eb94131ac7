namespace SalesOs.Dashboard.Audit;

/// <summary>
/// Brings into the program's own log what anyone may bring about any number of times, without letting them fill it: the first of its kind is written at once,
/// those that follow within a minute are counted, and their number is one line when the minute is over, and on stop.
/// </summary>
public sealed partial class RepeatedLines(TimeProvider clock, ILogger<RepeatedLines> logger) : IDisposable
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Tally> tallies = new(StringComparer.Ordinal);
    private readonly Lock sync = new();

    /// <param name="kind">What happened, in plain words: one of a few, with nothing in it of the request.</param>
    /// <param name="write">Writes the line; called for the first of its kind alone.</param>
    public void Tell(string kind, Action write)
    {
        lock (sync)
        {
            if (tallies.TryGetValue(kind, out var tally))
            {
                tally.Count++;
                return;
            }

            tally = new Tally();
            tally.Timer = clock.CreateTimer(_ => EndOfWindow(kind, tally), state: null, Window, Window);
            tallies.Add(kind, tally);
        }

        write();
    }

    public void Dispose()
    {
        lock (sync)
        {
            foreach (var (kind, tally) in tallies)
            {
                tally.Timer?.Dispose();
                Sum(kind, tally);
            }

            tallies.Clear();
        }
    }

    /// <summary>A kind that goes on is told of once a minute; the next of one that has ended is written at once again.</summary>
    private void EndOfWindow(string kind, Tally tally)
    {
        lock (sync)
        {
            if (!Sum(kind, tally))
            {
                tally.Timer?.Dispose();
                tallies.Remove(kind);
            }
        }
    }

    private bool Sum(string kind, Tally tally)
    {
        if (tally.Count == 0)
        {
            return false;
        }

        Again(kind, tally.Count);
        tally.Count = 0;
        return true;
    }

    [LoggerMessage(1052, LogLevel.Information, "{Kind}: {Count} more within a minute.")]
    private partial void Again(string kind, long count);

    private sealed class Tally
    {
        public long Count { get; set; }

        public ITimer? Timer { get; set; }
    }
}
