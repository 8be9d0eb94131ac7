using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Audit;

[OnPostgres]
public class AuditChainOnPostgresTests : AuditChainTests;

[OnPostgres]
public class AuditExportOnPostgresTests : AuditExportTests;

[OnPostgres]
public class CheckpointOnPostgresTests : CheckpointTests;

[OnPostgres]
public class OfflineVerifierOnPostgresTests : OfflineVerifierTests;

[OnPostgres]
[Trait("Speed", "Long")]
public class RepeatedEventsOnPostgresTests : RepeatedEventsTests;

[OnPostgres]
public class RetentionOnPostgresTests : RetentionTests;
