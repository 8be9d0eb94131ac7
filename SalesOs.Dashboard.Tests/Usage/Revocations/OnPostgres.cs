using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Usage.Revocations;

[OnPostgres]
public class RevocationReceiptOnPostgresTests(ReceiptDashboard house) : RevocationReceiptTests(house);
