using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>Applies migrations beside nodes that serve.</summary>
internal static class PostgresMigrations
{
    /// <summary>A migration that waits for a table keeps everybody out of it who comes later; so long it may.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>About two minutes in all.</summary>
    private const int MostTries = 30;

    /// <summary>Applies what is pending; where nothing is, it takes no lock.</summary>
    /// <exception cref="StartupFaultException">Somebody else, such as a backup, held a table all the time.</exception>
    public static async Task ApplyAsync(DashboardDbContext db, PostgresLocation location, CancellationToken cancellationToken, int mostTries = MostTries)
    {
        if (!(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            return;
        }

        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync(FormattableString.Invariant($"SET lock_timeout = {(long)Patience.TotalMilliseconds}"), cancellationToken);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await db.Database.MigrateAsync(cancellationToken);
                break;
            }
            catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                // What was begun is rolled back; those who waited behind it go on meanwhile. A node that serves may hold one table and wait for another that the migration has changed already.
                if (tries == mostTries)
                {
                    throw new StartupFaultException(
                        $"Database:ConnectionString: the database {location.Name} can't be brought up to date: something, such as a backup, has a table in use all the time ({fault.MessageText}). Start again once it is done.");
                }

                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }

        await db.Database.ExecuteSqlRawAsync("RESET lock_timeout", CancellationToken.None);
        await db.Database.CloseConnectionAsync();
    }
}
