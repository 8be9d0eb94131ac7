using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    [SchemaFloor("20261129155451_BrownOuts")]
    public partial class NarrowedKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys",
                columns: new[] { "TenantId", "RevokedAt", "ExpiryOrder", "PausedAt", "PausedUntil", "PausedThen", "BrownOutFrom", "BrownOutUntil", "LastUsedAt", "Environment", "IsExcess", "CreatedById", "OwnerId", "CreatedAt", "UsageCount", "RateLimit", "SingleUse", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys");
        }
    }
}
