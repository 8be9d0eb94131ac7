using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Reviews;

[OnPostgres]
public class ReviewServiceOnPostgresTests : ReviewServiceTests;
