using System.Globalization;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>Sees to it that what every node has counted so far stands in the database.</summary>
public sealed partial class WrittenCounts
{
    /// <summary>A node that is silent for so long is no longer live.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly UsageWriter writer;
    private readonly IFeed feed;
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly ILogger<WrittenCounts> logger;
    private long latest;

    public WrittenCounts(UsageWriter writer, IFeed feed, Database database, TimeProvider clock, ILogger<WrittenCounts> logger)
    {
        (this.writer, this.feed, this.database, this.clock, this.logger) = (writer, feed, database, clock, logger);
        feed.Listen(Topic.Counts, asked => _ = WriteAsync(long.Parse(asked, CultureInfo.InvariantCulture)));
    }

    /// <returns>False: the database refused, or a node has not said that it has written.</returns>
    public async Task<bool> AllAsync(CancellationToken cancellationToken = default)
    {
        if (feed.IsAlone)
        {
            return await writer.FlushAsync(cancellationToken);
        }

        // Above all that was asked for before, by whichever node: an answer to that is none to this.
        var number = NumberAbove(clock.GetUtcNow().ToUnixTimeMilliseconds());
        await database.WriteAsync(
            tenantId: null,
            async db =>
            {
                await feed.TellAsync(db, Topic.Counts, number.ToString(CultureInfo.InvariantCulture));
                return true;
            },
            cancellationToken: cancellationToken);
        return await writer.FlushAsync(cancellationToken) && await feed.AllConfirmedAsync(Topic.Counts, number, Patience);
    }

    private long NumberAbove(long number)
    {
        while (true)
        {
            var before = Volatile.Read(ref latest);
            var next = Math.Max(number, before + 1);
            if (Interlocked.CompareExchange(ref latest, next, before) == before)
            {
                return next;
            }
        }
    }

    /// <summary>Another node asks, and waits.</summary>
    private async Task WriteAsync(long number)
    {
        try
        {
            NumberAbove(number - 1);
            if (await writer.FlushAsync())
            {
                await feed.ConfirmAsync(Topic.Counts, number);
            }
        }
        catch (Exception fault)
        {
            NotWritten(fault);
        }
    }

    [LoggerMessage(2520, LogLevel.Warning, "What was counted could not be written before a rotation is judged; it is judged later.")]
    private partial void NotWritten(Exception fault);
}
