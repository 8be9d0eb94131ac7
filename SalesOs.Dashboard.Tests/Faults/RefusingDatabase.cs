using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Has SQLite itself refuse to write, as it does on a file that can't be written or is full, for as long as a test wants.</summary>
internal sealed class RefusingDatabase : DbConnectionInterceptor
{
    private const string Well = "PRAGMA query_only=OFF; PRAGMA max_page_count=1000000000";

    private volatile string state = Well;

    /// <summary>"attempt to write a readonly database".</summary>
    public void ReadOnly() => state = "PRAGMA query_only=ON";

    /// <summary>"database or disk is full": not one page more than it has.</summary>
    public void Full() => state = "PRAGMA max_page_count=1";

    public void Recover() => state = Well;

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = state;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = state;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
