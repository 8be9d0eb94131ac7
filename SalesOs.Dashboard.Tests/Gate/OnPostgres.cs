using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Gate;

[OnPostgres]
[Trait("Speed", "Long")]
public class PausesUnderLoadOnPostgresTests(OpenGate gate) : PausesUnderLoadTests(gate);

[OnPostgres]
[Trait("Speed", "Long")]
public class RotationEndsUnderLoadOnPostgresTests(OpenGate gate) : RotationEndsUnderLoadTests(gate);
