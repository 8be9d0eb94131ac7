namespace SalesOs.Dashboard.Persistence;

/// <summary>Columns that a room keeps folded, to search, sort and match by.</summary>
public interface IFoldedRows
{
    /// <summary>Folds all rows of all tenants anew.</summary>
    /// <param name="db">In the transaction of the change.</param>
    /// <returns>Rows that were written.</returns>
    Task<int> FoldAnewAsync(DashboardDbContext db);
}

/// <summary>Keeps what a database holds folded in the form that <see cref="FoldedText"/> gives now. The form stands in the database.</summary>
public sealed partial class FoldedColumns(Database database, IEnumerable<IFoldedRows> rooms, ILogger<FoldedColumns> logger)
{
    /// <summary>Folds everything anew, in one transaction, when the database was last folded in another form; after this all comparisons hold. For the start.</summary>
    public async Task FoldAnewAsync(CancellationToken cancellationToken = default)
    {
        await using (var db = database.Read(tenantId: null))
        {
            // A later form is a newer program's, which serves beside this one.
            if (await database.Engine.FoldedFormAsync(db, cancellationToken) >= FoldedText.Form)
            {
                return;
            }
        }

        var count = await database.WriteAsync(
            tenantId: null,
            async db =>
            {
                var written = 0;
                foreach (var room in rooms)
                {
                    written += await room.FoldAnewAsync(db);
                }

                await database.Engine.KeepFoldedFormAsync(db, FoldedText.Form);
                return written;
            },
            cancellationToken: cancellationToken);
        if (count > 0)
        {
            Folded(count);
        }
    }

    [LoggerMessage(50, LogLevel.Information, "{Count} rows are searched and compared in a new way: what is stored for it was written anew.")]
    private partial void Folded(int count);
}
