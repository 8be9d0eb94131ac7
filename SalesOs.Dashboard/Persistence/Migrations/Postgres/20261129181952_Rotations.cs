using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    // A program that knows no overlap does not end the old key: it goes on until somebody does, or a newer program runs.
    [SchemaFloor("20261129155451_BrownOuts")]
    public partial class Rotations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "LongestSilence",
                table: "key_callers",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "rotation_callers",
                columns: table => new
                {
                    KeyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Address = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Agent = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Route = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TenantId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    FirstSeenAt = table.Column<long>(type: "bigint", nullable: false),
                    LastSeenAt = table.Column<long>(type: "bigint", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
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
                    KeyId = table.Column<Guid>(type: "uuid", nullable: false),
                    TenantId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    StartedAt = table.Column<long>(type: "bigint", nullable: false),
                    Until = table.Column<long>(type: "bigint", nullable: true),
                    QuietCycles = table.Column<int>(type: "integer", nullable: true),
                    Latest = table.Column<long>(type: "bigint", nullable: true),
                    HeldAt = table.Column<long>(type: "bigint", nullable: true),
                    WatchedAt = table.Column<long>(type: "bigint", nullable: false),
                    Unwatched = table.Column<long>(type: "bigint", nullable: false)
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
