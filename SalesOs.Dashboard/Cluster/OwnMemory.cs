namespace SalesOs.Dashboard.Cluster;

/// <summary>The gate's memory of a process that shares it with nobody: its ring is the truth about keys, so there is nothing to fence.</summary>
public sealed class OwnMemory(ReplayMemory replays) : IGateMemory
{
    private readonly OrdinalTable<KeyHour> hours = new();

    public ValueTask<Settled> SettleAsync(in Claim claim)
    {
        var hour = HourOf(claim.Ordinal);
        if (!claim.Takes)
        {
            var standing = hour.Peek(claim.Limit, claim.Now);
            return new(new Settled(standing.Granted ? SettledAs.Granted : SettledAs.Limited, standing));
        }

        var grant = hour.TryGrant(claim.Limit, claim.Now);
        return new(!grant.Granted ? new Settled(SettledAs.Limited, grant)
            : claim.SingleUse ? SingleUse(in claim, grant)
            : new Settled(SettledAs.Granted, grant));
    }

    public void GiveBack(in Claim claim) => replays.Release(claim.Signature, claim.Timestamp);

    public ValueTask<bool> FenceAsync(IReadOnlyList<Fence> fences) => new(true);

    public ValueTask<IReadOnlyList<int>?> UsedAsync(IReadOnlyList<(Guid Key, int Ordinal)> keys, long nowMilliseconds) =>
        new((IReadOnlyList<int>)[.. keys.Select(key => hours.Find(key.Ordinal)?.UsedAt(nowMilliseconds) ?? 0)]);

    /// <summary>Puts back what the record holds of a key's last hour; before the gate opens, minutes in ascending order.</summary>
    public void Restore(int ordinal, long minute, int granted) => HourOf(ordinal).Restore(minute, granted);

    private KeyHour HourOf(int ordinal) => hours.Of(ordinal, default(object?), static _ => new KeyHour());

    private Settled SingleUse(in Claim claim, Grant grant) => replays.Accept(claim.Signature, claim.Timestamp) switch
    {
        ReplayAnswer.New => new Settled(SettledAs.Granted, grant),
        ReplayAnswer.Seen => new Settled(SettledAs.Seen, grant),
        ReplayAnswer.Full => new Settled(SettledAs.Full, grant),
        ReplayAnswer.Unknown => new Settled(SettledAs.AfterLoss, grant, replays.SecondsClosed()),
    };
}
