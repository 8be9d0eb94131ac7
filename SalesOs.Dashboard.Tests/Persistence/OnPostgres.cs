using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Persistence;

[OnPostgres]
public class FoldedColumnsOnPostgresTests : FoldedColumnsTests;
