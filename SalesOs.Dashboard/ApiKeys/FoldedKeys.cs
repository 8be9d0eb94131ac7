using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What keys are sorted and searched by, folded anew after a change of the fold.</summary>
internal sealed class FoldedKeys : IFoldedRows
{
    public Task<int> FoldAnewAsync(DashboardDbContext db) => FoldedTable.RewriteAsync(
        db,
        "api_keys",
        ["Name", "Notes", "Key"],
        """UPDATE "api_keys" SET "NameFolded" = @v0, "SearchText" = @v1 WHERE "Id" = @id""",
        key => [FoldedText.Of(key[0]!), SearchTextOf(key[0]!, key[1], key[2]!)]);

    /// <inheritdoc cref="ApiKey.SearchText"/>
    public static string SearchTextOf(string name, string? notes, string key) => $"{FoldedText.Of(name)}\n{FoldedText.Of(notes ?? "")}\n{NamedKeys.Show(key)}";
}
