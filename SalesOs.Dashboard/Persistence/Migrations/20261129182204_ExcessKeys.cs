using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    // The program before knows no such mark, and needs none.
    [SchemaFloor("20261129155447_BrownOuts")]
    public partial class ExcessKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys");

            migrationBuilder.AddColumn<bool>(
                name: "IsExcess",
                table: "api_keys",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "ScopesChangedAt",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys",
                columns: new[] { "TenantId", "RevokedAt", "ExpiryOrder", "PausedAt", "PausedUntil", "PausedThen", "BrownOutFrom", "BrownOutUntil", "LastUsedAt", "Environment", "IsExcess", "ScopeText", "CreatedById", "CreatedAt", "UsageCount", "NameFolded", "AllowedIpText", "SearchText", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "IsExcess",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "ScopesChangedAt",
                table: "api_keys");

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys",
                columns: new[] { "TenantId", "RevokedAt", "ExpiryOrder", "PausedAt", "PausedUntil", "PausedThen", "BrownOutFrom", "BrownOutUntil", "LastUsedAt", "Environment", "ScopeText", "CreatedById", "CreatedAt", "UsageCount", "NameFolded", "SearchText", "Id" });
        }
    }
}
