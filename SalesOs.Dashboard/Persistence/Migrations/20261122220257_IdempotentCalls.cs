using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class IdempotentCalls : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "idempotent_calls",
                columns: table => new
                {
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Call = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Fingerprint = table.Column<byte[]>(type: "BLOB", nullable: false),
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotent_calls", x => new { x.TenantId, x.Call });
                });

            migrationBuilder.CreateIndex(
                name: "IX_idempotent_calls_At",
                table: "idempotent_calls",
                column: "At");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "idempotent_calls");
        }
    }
}
