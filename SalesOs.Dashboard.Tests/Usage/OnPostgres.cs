using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Usage;

[OnPostgres]
public class CallersOnPostgresTests : CallersTests;

[OnPostgres]
public class RejectionsOnPostgresTests : RejectionsTests;

[OnPostgres]
public class RollUpOnPostgresTests : RollUpTests;

[OnPostgres]
public class StopFactsOnPostgresTests : StopFactsTests;

[OnPostgres]
public class UsageQueryOnPostgresTests : UsageQueryTests;

[OnPostgres]
public class UsageWriterOnPostgresTests : UsageWriterTests;
