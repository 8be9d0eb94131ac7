using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>What leads are found and collaborators are known by, folded anew after a change of the fold.</summary>
internal sealed class FoldedSales : IFoldedRows
{
    public async Task<int> FoldAnewAsync(DashboardDbContext db)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        connection.CreateFunction("folded", (string? text) => text is null ? null : FoldedText.Of(text), isDeterministic: true);
        connection.CreateFunction("folded_email", (string text) => EmailAddress.Fold(text), isDeterministic: true);
        connection.CreateFunction(
            "lead_search_text", (string name, string? email, string? phone, string? company, string? position) => Lead.SearchTextOf(name, email, phone, company, position), isDeterministic: true);
        var leads = await db.Database.ExecuteSqlRawAsync(
            """
            UPDATE "leads" SET "NameFolded" = folded("Name"), "SourceFolded" = folded("Source"),
                "SearchFolded" = lead_search_text("Name", "Email", "Phone", "Company", "Position")
            """);
        // Two addresses may have become one: both collaborators stay, and the one that was there first is known by it from now on.
        return leads + await db.Database.ExecuteSqlRawAsync(
            """UPDATE OR IGNORE "collaborators" SET "EmailFolded" = folded_email("Email") WHERE "EmailFolded" <> folded_email("Email")""");
    }
}
