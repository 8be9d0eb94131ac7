using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>Takes batches of collaborators: new ones are made, those known by e-mail are updated, faulty rows are told and left out.</summary>
public sealed class CollaboratorSync(Database database, TimeProvider clock)
{
    public const int MaxRows = 500;

    /// <summary>Stores all sound rows in one transaction; later rows with the same e-mail win over earlier ones and count as existing.</summary>
    /// <param name="rows">1–<see cref="MaxRows"/>, each with its index.</param>
    public async Task<CollaboratorTally> SyncAsync(
        DataPartition partition,
        IReadOnlyList<Parsed<CollaboratorRow>> rows,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, MaxRows, nameof(rows));
        var faults = new List<FieldFault>();
        var sound = new List<CollaboratorRow>();
        foreach (var row in rows)
        {
            var wrong = row.Faults(CollaboratorRules.Faults);
            faults.AddRange(wrong);
            if (wrong.Count == 0)
            {
                sound.Add(row.Value!);
            }
        }

        var created = sound.Count == 0
            ? 0
            : await database.WriteAsync(partition.TenantId, db => StoreAsync(db, partition, sound, cancellationToken), committed: null, cancellationToken);
        return new CollaboratorTally(created, sound.Count - created, faults, rows.Count);
    }

    private async Task<int> StoreAsync(DashboardDbContext db, DataPartition partition, List<CollaboratorRow> rows, CancellationToken cancellationToken)
    {
        var emails = rows.Select(row => EmailAddress.Fold(row.Email!)).Distinct(StringComparer.Ordinal).ToList();
        // MaxRows stays far below the 32,766 parameters of one SQLite statement.
        var known = await db.In<Collaborator>(partition)
            .Where(c => emails.Contains(c.EmailFolded))
            .ToDictionaryAsync(c => c.EmailFolded, StringComparer.Ordinal, cancellationToken);
        var now = clock.GetUtcNow();
        var created = 0;
        foreach (var row in rows)
        {
            var email = EmailAddress.Fold(row.Email!);
            if (known.TryGetValue(email, out var collaborator))
            {
                collaborator.Update(row, now);
            }
            else
            {
                known[email] = Collaborator.From(partition, row, now);
                db.Add(known[email]);
                created++;
            }
        }

        return created;
    }
}

/// <summary>What became of a batch: created, existing and the rows that <paramref name="Faults"/> names add up to the total.</summary>
/// <param name="Faults">One or more for each faulty row, in the order of the rows; each carries its row's index.</param>
public sealed record CollaboratorTally(int Created, int Existing, IReadOnlyList<FieldFault> Faults, int Total);
