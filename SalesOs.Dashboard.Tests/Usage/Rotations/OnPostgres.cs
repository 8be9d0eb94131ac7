using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Usage.Rotations;

[OnPostgres]
public class RotationEndsOnPostgresTests : RotationEndsTests;
