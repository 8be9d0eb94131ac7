using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Notices;

[OnPostgres]
public class ExpiryRemindersOnPostgresTests : ExpiryRemindersTests;
