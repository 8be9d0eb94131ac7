using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    // A program that knows no pause would let a paused key in.
    [SchemaFloor("20261129143235_PausedKeys")]
    public partial class PausedKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys");

            migrationBuilder.AddColumn<int>(
                name: "PauseAnswer",
                table: "api_keys",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "PauseReason",
                table: "api_keys",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PausedAt",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "PausedById",
                table: "api_keys",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "PausedThen",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PausedUntil",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys",
                columns: new[] { "TenantId", "RevokedAt", "ExpiryOrder", "PausedAt", "PausedUntil", "PausedThen", "LastUsedAt", "Environment", "ScopeText", "CreatedById", "CreatedAt", "UsageCount", "NameFolded", "SearchText", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_PausedUntil",
                table: "api_keys",
                column: "PausedUntil",
                filter: "\"PausedUntil\" IS NOT NULL AND \"RevokedAt\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys");

            migrationBuilder.DropIndex(
                name: "IX_api_keys_PausedUntil",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "PauseAnswer",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "PauseReason",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "PausedAt",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "PausedById",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "PausedThen",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "PausedUntil",
                table: "api_keys");

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys",
                columns: new[] { "TenantId", "RevokedAt", "ExpiryOrder", "LastUsedAt", "Environment", "ScopeText", "CreatedById", "CreatedAt", "UsageCount", "NameFolded", "SearchText", "Id" });
        }
    }
}
