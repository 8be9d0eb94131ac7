using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

[OnPostgres]
public class NewAddressOnPostgresTests : NewAddressTests;

[OnPostgres]
public class UsageWatchOnPostgresTests : UsageWatchTests;

[OnPostgres]
public class SilenceWatchOnPostgresTests : SilenceWatchTests;
