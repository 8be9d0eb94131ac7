using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Integration;

[OnPostgres]
[Trait("Speed", "Long")]
public class LeadsOnPostgresTests : LeadsTests;

[OnPostgres]
[Trait("Speed", "Long")]
public class OddTextOnPostgresTests : OddTextTests;

[OnPostgres]
[Trait("Speed", "Long")]
public class SyncActivitiesOnPostgresTests : SyncActivitiesTests;

[OnPostgres]
[Trait("Speed", "Long")]
public class SyncCollaboratorsOnPostgresTests : SyncCollaboratorsTests;
