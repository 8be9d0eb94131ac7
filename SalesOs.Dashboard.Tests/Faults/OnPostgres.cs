using SalesOs.Dashboard.Tests.Gate;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Faults;

[OnPostgres]
public class BrownOutOverRestartOnPostgresTests : BrownOutOverRestartTests;

[OnPostgres]
public class EvidenceUnderLoadOnPostgresTests(OpenGate gate) : EvidenceUnderLoadTests(gate);
