using System.Security.Cryptography;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// The rule by which a chain holds, entry by entry: what the program's verification and the offline one agree on. Pure: it is given the
/// entries in order, the checkpoints and the head.
/// </summary>
/// <param name="after">The last sequence that is known to hold; the walk begins behind it.</param>
/// <param name="hash">Of that entry; 32 zeros for 0.</param>
internal sealed class ChainWalk(AuditSigner signer, long after, byte[] hash)
{
    /// <summary>The last entry that holds.</summary>
    public long Sequence { get; private set; } = after;

    /// <summary>Of the last entry that holds.</summary>
    public byte[] Hash { get; private set; } = hash;

    public static byte[] Beginning => new byte[SHA256.HashSizeInBytes];

    /// <param name="checkpoint">The one that stands at this sequence, if there is one.</param>
    /// <returns>False when the entry does not hold, or is not the next; the walk then stays where it was.</returns>
    public bool Step(AuditEntry entry, AuditCheckpoint? checkpoint)
    {
        if (entry.Sequence != Sequence + 1 || !Holds(entry, Hash) || checkpoint is not null && !Agrees(checkpoint, entry.Hash))
        {
            return false;
        }

        Sequence = entry.Sequence;
        Hash = entry.Hash;
        return true;
    }

    /// <summary>Once all entries have held: the first one that is bad or missing nevertheless, by what the head says; null when the chain is whole.</summary>
    /// <param name="head">Null when there is none.</param>
    public long? EndOf(AuditHead? head)
    {
        if (head is null || head.Sequence == 0 && head.Mac.Length == 0 && head.UnprovenFrom is null)
        {
            // No entry was ever written; any that stands there was put there.
            return Sequence == 0 ? null : Sequence + 1;
        }

        if (!signer.IsProven(head))
        {
            return Math.Min(head.UnprovenFrom ?? long.MaxValue, Sequence + 1);
        }

        if (head.Sequence != Sequence)
        {
            return Math.Min(head.Sequence, Sequence) + 1;
        }

        return head.Hash.AsSpan().SequenceEqual(Hash) ? null : Sequence;
    }

    private bool Agrees(AuditCheckpoint checkpoint, byte[] hash) => checkpoint.Hash.AsSpan().SequenceEqual(hash) && signer.HasSigned(checkpoint);

    private static bool Holds(AuditEntry entry, byte[] previous) =>
        entry.PreviousHash.AsSpan().SequenceEqual(previous)
        && entry.Hash.AsSpan().SequenceEqual(AuditCanonical.HashOf(previous, entry.Canonical))
        && AuditCanonical.Read(entry.Canonical) is { } said
        && said.Tenant == entry.TenantId
        && said.Sequence == entry.Sequence
        && said.Id == entry.Id
        && said.At == entry.At
        && said.Action == entry.Action
        && said.Outcome == entry.Outcome
        && said.Actor == entry.ActorId
        && said.Key == entry.KeyId
        && said.Request == entry.RequestId
        && (entry.Personal is null || said.Personal == AuditCanonical.PersonalHash(entry.Personal.Salt, entry.Personal.Data));
}
