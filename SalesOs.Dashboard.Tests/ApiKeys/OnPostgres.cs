using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.ApiKeys;

[OnPostgres]
public class ApiKeyServiceOnPostgresTests : ApiKeyServiceTests;

[OnPostgres]
public class BulkRevocationOnPostgresTests : BulkRevocationTests;

[OnPostgres]
public class ExpiryRecorderOnPostgresTests : ExpiryRecorderTests;

[OnPostgres]
public class KeyListOnPostgresTests : KeyListTests;

[OnPostgres]
public class KeyOwnersOnPostgresTests : KeyOwnersTests;

[OnPostgres]
public class KeyNamesOnPostgresTests : KeyNamesTests;

[OnPostgres]
public class KeyBrownOutsOnPostgresTests : KeyBrownOutsTests;

[OnPostgres]
public class KeyPausesOnPostgresTests : KeyPausesTests;

[OnPostgres]
public class KeyRevealsOnPostgresTests : KeyRevealsTests;

[OnPostgres]
public class KeyRotationOnPostgresTests : KeyRotationTests;

[OnPostgres]
public class KeyPolicyOnPostgresTests : Policies.KeyPolicyTests;

[OnPostgres]
public class KeyPoliciesOnPostgresTests : Policies.KeyPoliciesTests;

[OnPostgres]
public class PolicyEnforcerOnPostgresTests : Policies.PolicyEnforcerTests;

[OnPostgres]
public class KeyApprovalsOnPostgresTests : Approvals.KeyApprovalsTests;

[OnPostgres]
public class ApprovedActsOnPostgresTests : Approvals.ApprovedActsTests;

[OnPostgres]
public class TwoTenantsModelOnPostgresTests : TwoTenantsModelTests
{
    protected override int Steps => 1500;
}

[OnPostgres]
public class UnsavedKeysOnPostgresTests : UnsavedKeysTests;

[OnPostgres]
public class MasterKeyChangeOnPostgresTests : MasterKeyChangeTests;

[OnPostgres]
public class LeakedSecretOnPostgresTests : LeakedSecretTests;

[OnPostgres]
public class MasterKeyGenerationsOnPostgresTests : MasterKeyGenerationsTests;
