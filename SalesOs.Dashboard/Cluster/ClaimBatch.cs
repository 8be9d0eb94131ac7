using System.Buffers.Binary;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>Claims in the form that the script reads, and its answers.</summary>
internal static class ClaimBatch
{
    /// <summary>The script's keys: meta, then three for each claim.</summary>
    /// <param name="keyOf">The names of a claim's key.</param>
    public static RedisKey[] KeysOf(GateNames names, IReadOnlyList<PendingClaim> batch, Func<PendingClaim, AskedKey> keyOf)
    {
        var keys = new RedisKey[1 + (3 * batch.Count)];
        keys[0] = names.Meta;
        for (var i = 0; i < batch.Count; i++)
        {
            var key = keyOf(batch[i]);
            keys[(3 * i) + 1] = key.Version;
            keys[(3 * i) + 2] = key.Hour;
            // Without single use the script does not look at the third.
            keys[(3 * i) + 3] = batch[i].Claim.SingleUse ? names.Signature(batch[i].Claim.Signature) : key.Version;
        }

        return keys;
    }

    public static byte[] BytesOf(IReadOnlyList<PendingClaim> batch)
    {
        var bytes = new byte[GateScripts.ClaimSize * batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var place = bytes.AsSpan(GateScripts.ClaimSize * i, GateScripts.ClaimSize);
            var claim = batch[i].Claim;
            BinaryPrimitives.WriteInt32LittleEndian(place, claim.Version);
            BinaryPrimitives.WriteInt32LittleEndian(place[4..], batch[i].Kind == GateScripts.Kind.GiveHourBack ? batch[i].Minute : claim.Limit);
            BinaryPrimitives.WriteDoubleLittleEndian(place[8..], claim.ExpiresAt);
            BinaryPrimitives.WriteDoubleLittleEndian(place[16..], claim.Timestamp);
            BinaryPrimitives.WriteInt64LittleEndian(place[24..], claim.Token);
            place[32] = (byte)batch[i].Kind;
        }

        return bytes;
    }

    public static bool IsWhole(byte[] answers, int claims) => answers.Length == GateScripts.HeaderSize + (GateScripts.AnswerSize * claims);

    /// <summary>Redis's clock when it answered, Unix seconds.</summary>
    public static long NowOf(byte[] answers) => BinaryPrimitives.ReadUInt32LittleEndian(answers);

    /// <summary>The latest timestamp, Unix seconds, that may have been accepted before a loss.</summary>
    public static long SinceOf(byte[] answers) => BinaryPrimitives.ReadUInt32LittleEndian(answers.AsSpan(4));

    public static GateScripts.Answer AnswerOf(byte[] answers, int claim) => (GateScripts.Answer)answers[At(claim)];

    /// <summary>The answer as the gate is told it; <see cref="SettledAs.Stale"/> stands for one that the gate is not told.</summary>
    public static Settled SettledOf(byte[] answers, int claim)
    {
        var place = answers.AsSpan(At(claim), GateScripts.AnswerSize);
        var remaining = BinaryPrimitives.ReadInt32LittleEndian(place[1..]);
        var reset = BinaryPrimitives.ReadUInt32LittleEndian(place[5..]);
        var granted = new Grant(Granted: true, remaining, reset);
        return AnswerOf(answers, claim) switch
        {
            GateScripts.Answer.Ok => new Settled(SettledAs.Granted, granted),
            GateScripts.Answer.Absent or GateScripts.Answer.Stale => new Settled(SettledAs.Stale),
            GateScripts.Answer.Gone => new Settled(SettledAs.Gone),
            GateScripts.Answer.Expired => new Settled(SettledAs.Expired),
            GateScripts.Answer.Limited => new Settled(SettledAs.Limited, granted with { Granted = false }),
            GateScripts.Answer.OutsideWindow => new Settled(SettledAs.OutsideWindow, granted),
            GateScripts.Answer.AfterLoss => new Settled(SettledAs.AfterLoss, granted, (int)Math.Max(1, SinceOf(answers) - NowOf(answers) + 1)),
            GateScripts.Answer.Seen => new Settled(SettledAs.Seen, granted),
        };
    }

    private static int At(int claim) => GateScripts.HeaderSize + (GateScripts.AnswerSize * claim);
}
