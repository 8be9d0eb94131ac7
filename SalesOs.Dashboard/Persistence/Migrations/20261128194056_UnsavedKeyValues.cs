using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class UnsavedKeyValues : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "ValuesUnsaved",
                table: "api_keys",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_TenantId_CreatedById",
                table: "api_keys",
                columns: new[] { "TenantId", "CreatedById" },
                filter: "\"ValuesUnsaved\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_TenantId_CreatedById",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "ValuesUnsaved",
                table: "api_keys");
        }
    }
}
