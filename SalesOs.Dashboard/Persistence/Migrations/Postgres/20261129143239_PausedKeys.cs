using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    // A program that knows no pause would let a paused key in.
    [SchemaFloor("20261129143239_PausedKeys")]
    public partial class PausedKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "PauseAnswer",
                table: "api_keys",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "PauseReason",
                table: "api_keys",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "PausedAt",
                table: "api_keys",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "PausedById",
                table: "api_keys",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "PausedThen",
                table: "api_keys",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PausedUntil",
                table: "api_keys",
                type: "bigint",
                nullable: true);

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
        }
    }
}
