using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    // A program that knows no overlap does not end the old key: it goes on until somebody does, or a newer program runs.
    [SchemaFloor("20261129155447_BrownOuts")]
    public partial class Rotations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "LongestSilence",
                table: "key_callers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "rotation_callers",
                columns: table => new
                {
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Agent = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Route = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    FirstSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rotation_callers", x => new { x.KeyId, x.Address, x.Agent, x.Route });
                    table.ForeignKey(
                        name: "FK_rotation_callers_api_keys_KeyId",
                        column: x => x.KeyId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rotations",
                columns: table => new
                {
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: true),
                    QuietCycles = table.Column<int>(type: "INTEGER", nullable: true),
                    Latest = table.Column<long>(type: "INTEGER", nullable: true),
                    HeldAt = table.Column<long>(type: "INTEGER", nullable: true),
                    WatchedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Unwatched = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rotations", x => x.KeyId);
                    table.ForeignKey(
                        name: "FK_rotations_api_keys_KeyId",
                        column: x => x.KeyId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_rotation_callers_LastSeenAt",
                table: "rotation_callers",
                column: "LastSeenAt");

            migrationBuilder.CreateIndex(
                name: "IX_rotations_QuietCycles",
                table: "rotations",
                column: "QuietCycles",
                filter: "\"QuietCycles\" IS NOT NULL AND \"HeldAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_rotations_Until",
                table: "rotations",
                column: "Until",
                filter: "\"Until\" IS NOT NULL AND \"HeldAt\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rotation_callers");

            migrationBuilder.DropTable(
                name: "rotations");

            migrationBuilder.DropColumn(
                name: "LongestSilence",
                table: "key_callers");
        }
    }
}
