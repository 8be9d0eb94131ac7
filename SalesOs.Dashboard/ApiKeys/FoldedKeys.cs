using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What keys are sorted and searched by, folded anew after a change of the fold.</summary>
internal sealed class FoldedKeys : IFoldedRows
{
    public Task<int> FoldAnewAsync(DashboardDbContext db)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        connection.CreateFunction("folded", (string text) => FoldedText.Of(text), isDeterministic: true);
        connection.CreateFunction("key_search_text", (string name, string? notes, string key) => ApiKey.SearchTextOf(name, notes, key), isDeterministic: true);
        return db.Database.ExecuteSqlRawAsync("""UPDATE "api_keys" SET "NameFolded" = folded("Name"), "SearchText" = key_search_text("Name", "Notes", "Key")""");
    }
}
