using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Sales;

[OnPostgres]
public class ActivitySyncOnPostgresTests : ActivitySyncTests;

[OnPostgres]
public class CollaboratorSyncOnPostgresTests : CollaboratorSyncTests;

[OnPostgres]
public class LeadListOnPostgresTests : LeadListTests;

[OnPostgres]
public class LeadServiceOnPostgresTests : LeadServiceTests;
