using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SalesOs.Dashboard.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    SealedK1 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Environment = table.Column<int>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    NameFolded = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    SearchText = table.Column<string>(type: "TEXT", nullable: false),
                    Notes = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    ScopeText = table.Column<string>(type: "TEXT", nullable: false),
                    RateLimit = table.Column<int>(type: "INTEGER", nullable: false),
                    AllowedIpText = table.Column<string>(type: "TEXT", nullable: false),
                    SingleUse = table.Column<bool>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ExpiryOrder = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedById = table.Column<Guid>(type: "TEXT", nullable: true),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RevokedById = table.Column<Guid>(type: "TEXT", nullable: true),
                    RevokeReason = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    RotatedFrom = table.Column<Guid>(type: "TEXT", nullable: true),
                    RotatedTo = table.Column<Guid>(type: "TEXT", nullable: true),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    UsageCount = table.Column<long>(type: "INTEGER", nullable: false),
                    LastUsedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastUsedIp = table.Column<string>(type: "TEXT", nullable: true),
                    LastUsedAgent = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_keys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Action = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    ActorId = table.Column<Guid>(type: "TEXT", nullable: true),
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: true),
                    RequestId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Canonical = table.Column<byte[]>(type: "BLOB", nullable: false),
                    PreviousHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_entries", x => new { x.TenantId, x.Sequence });
                });

            migrationBuilder.CreateTable(
                name: "collaborators",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Environment = table.Column<int>(type: "INTEGER", nullable: false),
                    ExternalId = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    EmailFolded = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    Phone = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    Document = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    Team = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    Role = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    Metadata = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_collaborators", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "leads",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Environment = table.Column<int>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    NameFolded = table.Column<string>(type: "TEXT", nullable: false),
                    Email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    Phone = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    Company = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    Position = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    Source = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    CustomFields = table.Column<string>(type: "TEXT", nullable: false),
                    Tags = table.Column<string>(type: "TEXT", nullable: false),
                    SearchFolded = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_leads", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "people",
                columns: table => new
                {
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Subject = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    Name = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    Email = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_people", x => new { x.TenantId, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "tenant_data_keys",
                columns: table => new
                {
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Wrapped = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenant_data_keys", x => x.TenantId);
                });

            migrationBuilder.CreateTable(
                name: "key_callers",
                columns: table => new
                {
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Agent = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    FirstSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_key_callers", x => new { x.KeyId, x.Address, x.Agent });
                    table.ForeignKey(
                        name: "FK_key_callers_api_keys_KeyId",
                        column: x => x.KeyId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "record_gaps",
                columns: table => new
                {
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    CallersForgotten = table.Column<long>(type: "INTEGER", nullable: false),
                    CallersMissed = table.Column<long>(type: "INTEGER", nullable: false),
                    RefusalsDropped = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_record_gaps", x => x.KeyId);
                    table.ForeignKey(
                        name: "FK_record_gaps_api_keys_KeyId",
                        column: x => x.KeyId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "refused_requests",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Verdict = table.Column<byte>(type: "INTEGER", nullable: false),
                    Proven = table.Column<bool>(type: "INTEGER", nullable: false),
                    Method = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Target = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: false),
                    TargetCut = table.Column<bool>(type: "INTEGER", nullable: false),
                    Address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Agent = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    SkewSeconds = table.Column<long>(type: "INTEGER", nullable: true),
                    Timestamp = table.Column<string>(type: "TEXT", maxLength: 18, nullable: true),
                    Signature = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    BodyDigest = table.Column<byte[]>(type: "BLOB", nullable: true),
                    MinifiedDigest = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Scope = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_refused_requests", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_refused_requests_api_keys_KeyId",
                        column: x => x.KeyId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "usage_counts",
                columns: table => new
                {
                    KeyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Step = table.Column<byte>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Route = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Counted = table.Column<short>(type: "INTEGER", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_usage_counts", x => new { x.KeyId, x.Step, x.At, x.Route, x.Counted });
                    table.ForeignKey(
                        name: "FK_usage_counts_api_keys_KeyId",
                        column: x => x.KeyId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "audit_personal",
                columns: table => new
                {
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Salt = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_personal", x => new { x.TenantId, x.Sequence });
                    table.ForeignKey(
                        name: "FK_audit_personal_audit_entries_TenantId_Sequence",
                        columns: x => new { x.TenantId, x.Sequence },
                        principalTable: "audit_entries",
                        principalColumns: new[] { "TenantId", "Sequence" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "activities",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Environment = table.Column<int>(type: "INTEGER", nullable: false),
                    ExternalId = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    ActivityCode = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    CollaboratorId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Data = table.Column<string>(type: "TEXT", nullable: true),
                    OccurredAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_activities", x => x.Id);
                    table.ForeignKey(
                        name: "FK_activities_collaborators_CollaboratorId",
                        column: x => x.CollaboratorId,
                        principalTable: "collaborators",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_activities_CollaboratorId",
                table: "activities",
                column: "CollaboratorId");

            migrationBuilder.CreateIndex(
                name: "IX_activities_TenantId_Environment_ExternalId",
                table: "activities",
                columns: new[] { "TenantId", "Environment", "ExternalId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_Key",
                table: "api_keys",
                column: "Key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_TenantId_CreatedAt_Id",
                table: "api_keys",
                columns: new[] { "TenantId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_TenantId_ExpiryOrder_Id",
                table: "api_keys",
                columns: new[] { "TenantId", "ExpiryOrder", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_TenantId_LastUsedAt_Id",
                table: "api_keys",
                columns: new[] { "TenantId", "LastUsedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_TenantId_NameFolded_Id",
                table: "api_keys",
                columns: new[] { "TenantId", "NameFolded", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_TenantId_UsageCount_Id",
                table: "api_keys",
                columns: new[] { "TenantId", "UsageCount", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_TenantId_ActorId_Sequence",
                table: "audit_entries",
                columns: new[] { "TenantId", "ActorId", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_TenantId_At",
                table: "audit_entries",
                columns: new[] { "TenantId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_TenantId_KeyId_Sequence",
                table: "audit_entries",
                columns: new[] { "TenantId", "KeyId", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_collaborators_TenantId_Environment_EmailFolded",
                table: "collaborators",
                columns: new[] { "TenantId", "Environment", "EmailFolded" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_key_callers_LastSeenAt",
                table: "key_callers",
                column: "LastSeenAt");

            migrationBuilder.CreateIndex(
                name: "IX_leads_TenantId_Environment_CreatedAt",
                table: "leads",
                columns: new[] { "TenantId", "Environment", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_people_TenantId_Subject",
                table: "people",
                columns: new[] { "TenantId", "Subject" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_refused_requests_At",
                table: "refused_requests",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_refused_requests_KeyId_Proven_At_RequestId",
                table: "refused_requests",
                columns: new[] { "KeyId", "Proven", "At", "RequestId" });

            migrationBuilder.CreateIndex(
                name: "IX_usage_counts_Step_At",
                table: "usage_counts",
                columns: new[] { "Step", "At" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "activities");

            migrationBuilder.DropTable(
                name: "audit_personal");

            migrationBuilder.DropTable(
                name: "key_callers");

            migrationBuilder.DropTable(
                name: "leads");

            migrationBuilder.DropTable(
                name: "people");

            migrationBuilder.DropTable(
                name: "record_gaps");

            migrationBuilder.DropTable(
                name: "refused_requests");

            migrationBuilder.DropTable(
                name: "tenant_data_keys");

            migrationBuilder.DropTable(
                name: "usage_counts");

            migrationBuilder.DropTable(
                name: "collaborators");

            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropTable(
                name: "api_keys");
        }
    }
}
