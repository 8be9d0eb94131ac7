using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Integration;

[OnPostgres]
public class LeadsOnPostgresTests : LeadsTests;

[OnPostgres]
public class OddTextOnPostgresTests : OddTextTests;

[OnPostgres]
public class SyncActivitiesOnPostgresTests : SyncActivitiesTests;

[OnPostgres]
public class SyncCollaboratorsOnPostgresTests : SyncCollaboratorsTests;
