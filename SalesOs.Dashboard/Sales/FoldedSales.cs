using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>What leads are found and collaborators are known by, folded anew after a change of the fold.</summary>
internal sealed class FoldedSales : IFoldedRows
{
    public async Task<int> FoldAnewAsync(DashboardDbContext db)
    {
        var leads = await FoldedTable.RewriteAsync(
            db,
            "leads",
            ["Name", "Email", "Phone", "Company", "Position", "Source"],
            """UPDATE "leads" SET "NameFolded" = @v0, "SearchFolded" = @v1, "SourceFolded" = @v2 WHERE "Id" = @id""",
            lead => [FoldedText.Of(lead[0]!), Lead.SearchTextOf(lead[0]!, lead[1], lead[2], lead[3], lead[4]), lead[5] is { } source ? FoldedText.Of(source) : null]);
        // Two addresses may have become one: both collaborators stay, and the one that was there first is known by it from now on.
        return leads + await FoldedTable.RewriteAsync(
            db,
            "collaborators",
            ["Email"],
            """
            UPDATE "collaborators" SET "EmailFolded" = @v0 WHERE "Id" = @id AND "EmailFolded" <> @v0 AND NOT EXISTS (
              SELECT 1 FROM "collaborators" other
              WHERE other."TenantId" = "collaborators"."TenantId" AND other."Environment" = "collaborators"."Environment" AND other."EmailFolded" = @v0)
            """,
            collaborator => [EmailAddress.Fold(collaborator[0]!)]);
    }
}
