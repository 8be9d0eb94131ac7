using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    // A program that knows no brown-out would let its requests in.
    [SchemaFloor("20261129155451_BrownOuts")]
    public partial class BrownOuts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "BrownOutFrom",
                table: "api_keys",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "BrownOutText",
                table: "api_keys",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "BrownOutUntil",
                table: "api_keys",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "brown_outs",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    TenantId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    KeyId = table.Column<Guid>(type: "uuid", nullable: false),
                    StartsAt = table.Column<long>(type: "bigint", nullable: false),
                    EndsAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedById = table.Column<Guid>(type: "uuid", nullable: true),
                    BegunNotedAt = table.Column<long>(type: "bigint", nullable: true),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    EndedById = table.Column<Guid>(type: "uuid", nullable: true)
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
                    BrownOutId = table.Column<Guid>(type: "uuid", nullable: false),
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
                    table.PrimaryKey("PK_brown_out_callers", x => new { x.BrownOutId, x.Address, x.Agent, x.Route });
                    table.ForeignKey(
                        name: "FK_brown_out_callers_brown_outs_BrownOutId",
                        column: x => x.BrownOutId,
                        principalTable: "brown_outs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

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

            migrationBuilder.DropColumn(
                name: "BrownOutFrom",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "BrownOutText",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "BrownOutUntil",
                table: "api_keys");
        }
    }
}
