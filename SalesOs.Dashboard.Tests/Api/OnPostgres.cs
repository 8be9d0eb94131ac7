using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Api;

[OnPostgres]
public class ManagementMatrixOnPostgresTests(ManagementMatrixTests.World world) : ManagementMatrixTests(world);

[OnPostgres]
public class IdempotencyOnPostgresTests(ManagementApi api) : IdempotencyTests(api);

[OnPostgres]
[Trait("Speed", "Long")]
public class ListKeysOnPostgresTests(ManagementApi api) : ListKeysTests(api);

[OnPostgres]
[Trait("Speed", "Long")]
public class OddTextOnPostgresTests(ManagementApi api) : OddTextTests(api);

[OnPostgres]
public class AuditEntriesOnPostgresTests(ManagementApi api) : AuditEntriesTests(api);
