using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <param name="Entries">How many entries were read and hold.</param>
/// <param name="FirstBad">The sequence of the first entry that does not hold, or of the one that is missing; null when the chain is whole.</param>
public sealed record ChainVerdict(long Entries, long? FirstBad)
{
    public bool Whole => FirstBad is null;
}

/// <summary>Recomputes a tenant's chain from its stored bytes, and every searched column and personal hash with it.</summary>
public sealed class AuditVerification
{
    private readonly Database database;

    public AuditVerification(Database database) => this.database = database;

    public async Task<ChainVerdict> VerifyAsync(string tenantId, CancellationToken cancellationToken = default)
    {
        await using var db = database.Read(tenantId);
        var previous = new byte[SHA256.HashSizeInBytes];
        var expected = 1L;
        var entries = db.Set<AuditEntry>().Include(e => e.Personal).OrderBy(e => e.Sequence).AsAsyncEnumerable();
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            if (entry.Sequence != expected || !Holds(entry, previous))
            {
                return new ChainVerdict(expected - 1, expected);
            }

            previous = entry.Hash;
            expected++;
        }

        return new ChainVerdict(expected - 1, FirstBad: null);
    }

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
