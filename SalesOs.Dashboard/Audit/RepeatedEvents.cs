using System.Globalization;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// Brings into the log what anyone may bring about any number of times, without letting them fill it: the first of its class is written within a second, those
/// that follow in the next ten minutes are counted, and their number is written in one entry when these are over and on stop. So the numbers of a class's
/// entries add up to what happened, and a class grows the log by two entries in ten minutes at most. Telling costs its caller no more than a look into memory.
/// </summary>
/// <remarks>What the database refuses is kept and tried again. A program that is killed loses the counts of the ten minutes that are open, never an entry.</remarks>
public sealed partial class RepeatedEvents(Database database, AuditLog audit, TimeProvider clock, ILogger<RepeatedEvents> logger) : PeriodicJob(Round, clock)
{
    public const int MostClassesPerChain = 100;

    public const int MostClasses = 2000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly Dictionary<EventClass, Tally> tallies = [];
    private readonly Dictionary<string, int> classesOfChain = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Lock sync = new();

    /// <summary>Returns at once; what was told is written later.</summary>
    public void Tell(RepeatedEvent what)
    {
        var now = Clock.GetUtcNow();
        lock (sync)
        {
            var one = ClassFor(what.Class);
            if (!tallies.TryGetValue(one, out var tally))
            {
                tallies.Add(one, tally = new Tally());
                classesOfChain[one.Chain] = classesOfChain.GetValueOrDefault(one.Chain) + 1;
            }

            tally.Add(one.Subject is null && one.Place is null ? null : what, now);
        }
    }

    /// <summary>Writes what is due: the first of each class, and the counts whose ten minutes are over. False when the database refused; nothing is lost then.</summary>
    /// <param name="all">Also what is not due yet.</param>
    /// <param name="cancellationToken">Ends waiting for the database.</param>
    public async Task<bool> WriteAsync(bool all = false, CancellationToken cancellationToken = default)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            var whole = true;
            foreach (var chain in Due(all).GroupBy(due => due.Class.Chain, StringComparer.Ordinal))
            {
                whole &= await WriteAsync(chain.Key, [.. chain], cancellationToken);
            }

            return whole;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>After the server has let its last request go.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(all: true, CancellationToken.None);
    }

    public override void Dispose()
    {
        writing.Dispose();
        base.Dispose();
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken: cancellationToken);

    [LoggerMessage(1051, LogLevel.Error, "What was refused could not be written to the audit log; it is tried again in a second.")]
    protected override partial void Failed(Exception fault);

    /// <summary>Beyond the bounds those of a chain are counted together, and beyond all bounds those of all chains.</summary>
    private EventClass ClassFor(EventClass one)
    {
        if (!tallies.ContainsKey(one) && classesOfChain.GetValueOrDefault(one.Chain) >= MostClassesPerChain)
        {
            one = one.Rest;
        }

        return tallies.ContainsKey(one) || tallies.Count < MostClasses ? one : (one with { Chain = AuditLog.Platform }).Rest;
    }

    private List<DueEntry> Due(bool all)
    {
        var now = Clock.GetUtcNow();
        var due = new List<DueEntry>();
        lock (sync)
        {
            foreach (var (one, tally) in tallies.ToList())
            {
                var over = tally.WrittenAt is not { } written || now - written >= Window || now < written;
                if (tally.Count > 0 && (over || all))
                {
                    due.Add(new DueEntry(one, tally, tally.Count, tally.From, tally.To, tally.Latest));
                }
                else if (tally.Count == 0 && over)
                {
                    tallies.Remove(one);
                    if (--classesOfChain[one.Chain] == 0)
                    {
                        classesOfChain.Remove(one.Chain);
                    }
                }
            }
        }

        return due;
    }

    private async Task<bool> WriteAsync(string chain, List<DueEntry> due, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(
                chain,
                async db =>
                {
                    foreach (var entry in due)
                    {
                        var what = new AuditEvent(entry.Class.Action, Detail: DetailOf(entry), Refused: entry.Class.Refused);
                        await audit.AppendAsync(db, what, entry.Latest?.Caller, entry.Latest?.Origin);
                    }

                    return due.Count;
                },
                cancellationToken: cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogNotWritten(fault, due.Count);
            return false;
        }

        lock (sync)
        {
            foreach (var entry in due)
            {
                entry.Tally.Written(entry.Count, entry.To, Clock.GetUtcNow());
            }
        }

        return true;
    }

    private static JsonObject DetailOf(DueEntry entry) => new()
    {
        ["reason"] = entry.Class.Reason,
        ["what"] = entry.Class.What,
        ["count"] = entry.Count,
        ["first_at"] = Text(entry.From),
        ["last_at"] = Text(entry.To),
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [LoggerMessage(1050, LogLevel.Error, "{Entries} entries on what was refused could not be written to the audit log; they are kept in memory and tried again.")]
    private partial void LogNotWritten(Exception fault, int entries);

    private sealed record DueEntry(EventClass Class, Tally Tally, long Count, DateTimeOffset From, DateTimeOffset To, RepeatedEvent? Latest);

    /// <summary>What of one class has happened and is not yet written.</summary>
    private sealed class Tally
    {
        public long Count { get; private set; }

        public DateTimeOffset From { get; private set; }

        public DateTimeOffset To { get; private set; }

        public DateTimeOffset? WrittenAt { get; private set; }

        /// <summary>Null where the class names nobody.</summary>
        public RepeatedEvent? Latest { get; private set; }

        public void Add(RepeatedEvent? what, DateTimeOffset now)
        {
            From = Count == 0 ? now : From;
            To = now;
            Count++;
            // No more of a token's claims is kept than an entry holds.
            Latest = what is { Caller: { } caller } ? what with { Caller = Trimmed(caller) } : what;
        }

        public void Written(long count, DateTimeOffset to, DateTimeOffset now)
        {
            Count -= count;
            From = to;
            WrittenAt = now;
        }

        private static Caller Trimmed(Caller caller) => caller with
        {
            TenantName = null,
            Name = Cut(caller.Name),
            Email = Cut(caller.Email),
            Roles = [],
            Capabilities = new HashSet<string>(StringComparer.Ordinal),
        };

        private static string? Cut(string? text) => text is { Length: > Person.MaxTextLength } ? text[..Person.MaxTextLength] : text;
    }
}
