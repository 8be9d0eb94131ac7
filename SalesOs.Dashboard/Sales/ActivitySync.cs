using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>Takes batches of activities, each stored once.</summary>
public sealed class ActivitySync(Database database, TimeProvider clock)
{
    public const int MaxRows = 1000;

    /// <summary>
    /// Stores the batch in one transaction, or refuses it whole with every fault of <see cref="ActivityRules"/>. Each row counts once: a malformed
    /// e-mail is an error, else a seen external id is a duplicate, else an unknown e-mail is skipped. A skipped id is not stored and so not seen.
    /// </summary>
    /// <param name="rows">1–<see cref="MaxRows"/>, each with its index.</param>
    public async Task<Result<ActivityTally>> SyncAsync(
        DataPartition partition,
        IReadOnlyList<Parsed<ActivityRow>> rows,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, MaxRows, nameof(rows));
        var faults = rows.SelectMany(row => row.Faults(ActivityRules.Faults)).ToList();
        if (faults.Count > 0)
        {
            return Error.Invalid(faults);
        }

        var errors = rows.SelectMany(row => row.Faults(r => TextRules.Email("collaborator_email", r.CollaboratorEmail))).ToList();
        var sound = rows.Select(row => row.Value!).Where(row => EmailAddress.IsWellFormed(row.CollaboratorEmail!)).ToList();
        var (processed, skipped, duplicates) = sound.Count == 0
            ? default
            : await database.WriteAsync(partition.TenantId, db => StoreAsync(db, partition, sound, cancellationToken), committed: null, cancellationToken);
        return new ActivityTally(processed, skipped, duplicates, errors, rows.Count);
    }

    private async Task<(int Processed, int Skipped, int Duplicates)> StoreAsync(
        DashboardDbContext db, DataPartition partition, List<ActivityRow> rows, CancellationToken cancellationToken)
    {
        // MaxRows stays far below the 32,766 parameters of one SQLite statement.
        var emails = rows.Select(row => EmailAddress.Fold(row.CollaboratorEmail!)).Distinct(StringComparer.Ordinal).ToList();
        var collaborators = await db.In<Collaborator>(partition)
            .Where(c => emails.Contains(c.EmailFolded))
            .Select(c => new { c.EmailFolded, c.Id })
            .ToDictionaryAsync(c => c.EmailFolded, c => c.Id, StringComparer.Ordinal, cancellationToken);
        var ids = rows.Select(row => row.ExternalId!).Distinct(StringComparer.Ordinal).ToList();
        var seen = (await db.In<Activity>(partition).Where(a => ids.Contains(a.ExternalId)).Select(a => a.ExternalId).ToListAsync(cancellationToken))
            .ToHashSet(StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        var (processed, skipped, duplicates) = (0, 0, 0);
        foreach (var row in rows)
        {
            if (seen.Contains(row.ExternalId!))
            {
                duplicates++;
            }
            else if (!collaborators.TryGetValue(EmailAddress.Fold(row.CollaboratorEmail!), out var collaborator))
            {
                skipped++;
            }
            else
            {
                seen.Add(row.ExternalId!);
                db.Add(Activity.From(partition, row, collaborator, now));
                processed++;
            }
        }

        return (processed, skipped, duplicates);
    }
}

/// <summary>What became of a batch: processed, skipped, duplicates and the errors' rows add up to the total.</summary>
/// <param name="Errors">One for each row with a malformed e-mail, in the order of the rows; each carries its row's index.</param>
public sealed record ActivityTally(int Processed, int Skipped, int Duplicates, IReadOnlyList<FieldFault> Errors, int Total);
