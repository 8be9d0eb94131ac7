using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class KeyExpiryNoted : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ExpiryNotedAt",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_ExpiryOrder",
                table: "api_keys",
                column: "ExpiryOrder",
                filter: "\"ExpiresAt\" IS NOT NULL AND \"ExpiryNotedAt\" IS NULL AND \"RevokedAt\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_ExpiryOrder",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "ExpiryNotedAt",
                table: "api_keys");
        }
    }
}
