using System.Globalization;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// Keys that Redis does not know, at their first use or after it has lost its memory: their versions and hours are read from the record, all that wait in one read, put where
/// nothing stands, and the claims ask again. "Absent" means "ask the record", never "there is no fence".
/// </summary>
internal sealed partial class AbsentKeys
{
    private const int MostAtOnce = 1000;

    private readonly RedisLine line;
    private readonly RedisArming arming;
    private readonly IGateRecord record;
    private readonly TimeSpan patience;
    private readonly Action<PendingClaim> askAgain;
    private readonly ILogger logger;
    private readonly ClaimQueue queue;

    public AbsentKeys(RedisLine line, RedisArming arming, IGateRecord record, TimeSpan patience, Action<PendingClaim> askAgain, ILogger logger)
    {
        (this.line, this.arming, this.record, this.patience, this.askAgain, this.logger) = (line, arming, record, patience, askAgain, logger);
        queue = new ClaimQueue(PutAsync, static (_, _) => { }, mostUnderWay: 1, MostAtOnce);
    }

    /// <param name="absentAt">Redis's clock when it did not know the key, Unix seconds.</param>
    public void Add(PendingClaim pending, long absentAt)
    {
        pending.AbsentAt = absentAt;
        queue.Add(pending);
    }

    private async Task<byte[]?> PutAsync(IReadOnlyList<PendingClaim> batch)
    {
        var known = new Dictionary<Guid, KeyRecord>();
        var isPut = false;
        try
        {
            if (arming.Open is { } asked)
            {
                var ids = batch.Select(pending => pending.Claim.Key).ToHashSet();
                // Whoever waits for the database waits no longer than for Redis; Redis itself is there.
                known = (await record.KeysAsync(ids, CancellationToken.None).WaitAsync(patience, TimeProvider.System)).ToDictionary(key => key.Key);
                isPut = known.Count == 0 || await PutAsync(asked, [.. known.Values], batch.Min(pending => pending.AbsentAt)).WaitAsync(patience, TimeProvider.System);
            }
        }
        catch (Exception fault)
        {
            NotPut(fault);
            isPut = false;
            known.Clear();
        }

        foreach (var pending in batch)
        {
            pending.Turns++;
            if (!isPut)
            {
                pending.TryAnswer(new Settled(SettledAs.Away));
            }
            else if (known.TryGetValue(pending.Claim.Key, out var key) && !key.Revoked)
            {
                askAgain(pending);
            }
            else
            {
                pending.TryAnswer(new Settled(SettledAs.Gone));
            }
        }

        return null;
    }

    private async Task<bool> PutAsync(Asked asked, IReadOnlyList<KeyRecord> keys, long absentAt)
    {
        var names = asked.Names;
        RedisKey[] touched = [names.Meta, .. keys.SelectMany(key => new[] { names.Version(key.Key), names.Hour(key.Key) })];
        RedisValue[] arguments = [names.GenerationText, absentAt, .. keys.SelectMany(key => new RedisValue[] { key.Revoked ? "x" : key.Version, HourOf(key) })];
        // Anything else than K or O: the claims ask again, and are told.
        return (await line.RunAsync(GateScripts.PutWhereAbsent, touched, arguments)).Length == 1;
    }

    private static string HourOf(KeyRecord key) =>
        string.Join(',', key.Hour.Select(minute => string.Create(CultureInfo.InvariantCulture, $"{minute.Minute}:{minute.Granted}")));

    [LoggerMessage(1516, LogLevel.Warning, "The version and the hour of a key could not be put into Redis. Its requests get 503 until they can.")]
    private partial void NotPut(Exception fault);
}
