using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    // A program that knows no brown-out would let its requests in.
    [SchemaFloor("20261129155447_BrownOuts")]
    public partial class BrownOuts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys");

            migrationBuilder.AddColumn<long>(
                name: "BrownOutFrom",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "BrownOutText",
                table: "api_keys",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "BrownOutUntil",
                table: "api_keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "brown_outs",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    StartsAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndsAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedById = table.Column<Guid>(type: "TEXT", nullable: true),
                    BegunNotedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    EndedById = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_brown_outs", x => x.Id);
                    table.ForeignKey(
                        name: "FK_brown_outs_api_keys_KeyId",
                        column: x => x.KeyId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "brown_out_callers",
                columns: table => new
                {
                    BrownOutId = table.Column<Guid>(type: "TEXT", nullable: false),
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
                    table.PrimaryKey("PK_brown_out_callers", x => new { x.BrownOutId, x.Address, x.Agent, x.Route });
                    table.ForeignKey(
                        name: "FK_brown_out_callers_brown_outs_BrownOutId",
                        column: x => x.BrownOutId,
                        principalTable: "brown_outs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys",
                columns: new[] { "TenantId", "RevokedAt", "ExpiryOrder", "PausedAt", "PausedUntil", "PausedThen", "BrownOutFrom", "BrownOutUntil", "LastUsedAt", "Environment", "ScopeText", "CreatedById", "CreatedAt", "UsageCount", "NameFolded", "SearchText", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_brown_out_callers_LastSeenAt",
                table: "brown_out_callers",
                column: "LastSeenAt");

            migrationBuilder.CreateIndex(
                name: "IX_brown_outs_KeyId_StartsAt",
                table: "brown_outs",
                columns: new[] { "KeyId", "StartsAt" });

            migrationBuilder.CreateIndex(
                name: "IX_brown_outs_StartsAt",
                table: "brown_outs",
                column: "StartsAt",
                filter: "\"EndedAt\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "brown_out_callers");

            migrationBuilder.DropTable(
                name: "brown_outs");

            migrationBuilder.DropIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "BrownOutFrom",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "BrownOutText",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "BrownOutUntil",
                table: "api_keys");

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_narrowed",
                table: "api_keys",
                columns: new[] { "TenantId", "RevokedAt", "ExpiryOrder", "PausedAt", "PausedUntil", "PausedThen", "LastUsedAt", "Environment", "ScopeText", "CreatedById", "CreatedAt", "UsageCount", "NameFolded", "SearchText", "Id" });
        }
    }
}
