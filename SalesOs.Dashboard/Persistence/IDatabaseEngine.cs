using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// What the databases that the program runs on do differently; chosen once, by <c>Database:Provider</c> (<see cref="DatabaseSetup"/>). Rooms ask <see cref="Database"/>
/// and never learn which one it is.
/// </summary>
public interface IDatabaseEngine
{
    /// <summary>The folder of <c>Data:Directory</c>, absolute.</summary>
    string Directory { get; }

    /// <summary>How a line for the operator begins: the setting, a colon, and which database it is.</summary>
    string Named { get; }

    /// <summary>Whether the master key may be made together with an empty database.</summary>
    bool MakesMasterKey { get; }

    /// <summary>Whether there is room to write, as far as this process can see.</summary>
    bool HasRoom { get; }

    /// <summary>Whether no change is under way in this process.</summary>
    bool IsFree { get; }

    /// <summary>The path of a file that this process keeps beside the database.</summary>
    /// <param name="ending">Such as <c>.replays</c>.</param>
    string FileBeside(string ending);

    /// <summary>Takes the database for this process alone, looks at it, and brings its schema up to date.</summary>
    /// <exception cref="StartupFaultException">It is held by another process, not the one that was last here, damaged, of a newer program, or can't be used.</exception>
    Task OpenAsync(IDbContextFactory<DashboardDbContext> factory, IStoreProof proof, IConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Brings the schema of a database up to date that does not serve and that nothing holds for this process.</summary>
    /// <exception cref="StartupFaultException">It is of a newer program, or can't be used.</exception>
    Task PrepareAsync(IDbContextFactory<DashboardDbContext> factory, CancellationToken cancellationToken);

    /// <summary>Once the keys are open: from here on notices when the database is no longer the one that was opened.</summary>
    /// <exception cref="StartupFaultException">It can't be watched.</exception>
    Task WatchAsync(Database database, IStoreProof proof);

    /// <summary>Before anything is read or written.</summary>
    /// <exception cref="StoreException">It is not the database that was opened.</exception>
    void Demand();

    /// <summary>As <see cref="Demand"/>, as closely as can be.</summary>
    /// <exception cref="StoreException">It is not the database that was opened.</exception>
    void DemandClosely();

    /// <summary>
    /// Runs a change in one transaction, saves and commits. Changes of one tenant follow one another, each with what <paramref name="committed"/> does; the same
    /// is true of those of no tenant. May run <paramref name="change"/> again on a new context when the database asks for that.
    /// </summary>
    /// <param name="open">Gives the context of one try.</param>
    Task<T> WriteAsync<T>(
        Func<DashboardDbContext> open, string? tenantId, Func<DashboardDbContext, Task<T>> change, Action<T>? committed, CancellationToken cancellationToken);

    /// <summary>Changes nothing, in a transaction of <paramref name="db"/>, and fails where a change would.</summary>
    Task TryChangeAsync(DashboardDbContext db);

    /// <summary>Not a rule that the change breaks, but the disk, the server or the line to it.</summary>
    bool CannotWrite(Exception fault);

    /// <summary>Zeroes what deleted rows of these entities have left on the disk, as far as the program may.</summary>
    /// <returns>False: not now; to be tried again.</returns>
    Task<bool> WipeFreedAsync(Func<DashboardDbContext> open, IReadOnlyCollection<Type> rows, CancellationToken cancellationToken);

    /// <summary>As <see cref="WipeFreedAsync"/>, for earlier values of rows that were just overwritten; for the start.</summary>
    Task<bool> WipeOverwrittenAsync(DashboardDbContext db, IReadOnlyCollection<Type> rows);

    /// <summary>The form in which texts are stored folded; 0 in a database that has none.</summary>
    Task<int> FoldedFormAsync(DashboardDbContext db, CancellationToken cancellationToken);

    /// <summary>Keeps the form, in the transaction of <paramref name="db"/>.</summary>
    Task KeepFoldedFormAsync(DashboardDbContext db, int form);

    /// <summary>Parts a table, about as many rows to each part; together they hold every row once, as long as nothing is written.</summary>
    Task<IReadOnlyList<RowPart>> PartsAsync(DashboardDbContext db, string table, int parts, CancellationToken cancellationToken);

    /// <summary>Begins to read a part's rows; <paramref name="db"/> must live until what is returned is disposed.</summary>
    IRawRows Rows(DashboardDbContext db, string table, RowPart part, params ReadOnlySpan<string> columns);

    /// <summary>Takes a work that one process at a time does on this database; dispose what is returned when it is done.</summary>
    /// <returns>Null: another process does it.</returns>
    Task<IAsyncDisposable?> TryTakeAsync(string work, CancellationToken cancellationToken);

    /// <summary>Closes all connections; nothing more is asked.</summary>
    ValueTask CloseAsync();
}

/// <summary>A part of a table, in the engine's own count of places: those after the first and up to the second.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RowPart(long After, long UpTo);

/// <summary>Rows of one part of a large table, read without an object for a row. For reading a whole table at the start; everything else goes by EF.</summary>
public interface IRawRows : IDisposable
{
    /// <summary>Goes on to the next row; false after the last one.</summary>
    /// <exception cref="System.Data.Common.DbException">The database can't be read.</exception>
    bool Read();

    Guid Id(int column);

    /// <summary>A text in UTF-8 or bytes, until the next <see cref="Read"/>; empty for null.</summary>
    ReadOnlySpan<byte> Bytes(int column);

    /// <summary>A whole number, or 0 and 1 for a truth.</summary>
    long Number(int column);

    bool IsNull(int column);
}
