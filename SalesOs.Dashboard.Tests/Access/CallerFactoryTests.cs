using System.Security.Claims;
using Microsoft.Extensions.Configuration;
using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.Tests.Access;

public class CallerFactoryTests
{
    [Fact]
    public void Create_NobodyProven_IsUnproven() => Error(new ClaimsPrincipal(new ClaimsIdentity()), NamedTenants.None).ShouldBe(AccessDeniedReason.Unproven);

    [Fact]
    public void Create_NoSubject_IsUnproven() => Error(Person(("tenant_id", "a")), NamedTenants.None).ShouldBe(AccessDeniedReason.Unproven);

    [Fact]
    public void Create_TokenWithoutTenant_IsRefused() => Error(Person(("sub", "x")), new NamedTenants(["a"])).ShouldBe(AccessDeniedReason.NoTenant);

    [Fact]
    public void Create_TenantOfTheWrongShape_IsNoTenant() => Error(Person(("sub", "x"), ("tenant_id", "a b")), NamedTenants.None).ShouldBe(AccessDeniedReason.NoTenant);

    [Fact]
    public void Create_OneTenant_IgnoresWhatTheRequestNames() =>
        Factory().Create(Person(("sub", "x"), ("tenant_id", "a")), new NamedTenants(["b", "!"], "c")).Caller!.TenantId.ShouldBe("a");

    [Fact]
    public void Create_SeveralTenants_TheHeaderChooses()
    {
        var person = Person(("sub", "x"), ("tenant_id", "a"), ("tenant_id", "b"), ("tenant_name", "Anna"), ("tenant_name", "Berta"));

        var caller = Factory().Create(person, new NamedTenants(["b"], "a")).Caller!;

        caller.TenantId.ShouldBe("b");
        caller.TenantName.ShouldBe("Berta");
        Error(person, NamedTenants.None).ShouldBe(AccessDeniedReason.TenantNotNamed);
        Error(person, new NamedTenants([], "a")).ShouldBe(AccessDeniedReason.TenantNotNamed);
        Error(person, new NamedTenants(["c"])).ShouldBe(AccessDeniedReason.TenantNotOwn);
        Error(person, new NamedTenants(["a", "b"])).ShouldBe(AccessDeniedReason.TenantsDiffer);
        Error(person, new NamedTenants([""])).ShouldBe(AccessDeniedReason.TenantMalformed);
    }

    [Fact]
    public void Create_TokenThatSaysItIsTheService_IsAPerson()
    {
        var caller = Factory().Create(Person(("sub", "service:0123456789ab"), ("tenant_id", "a"), ("roles", "service_role")), NamedTenants.None).Caller!;

        caller.Kind.ShouldBe(CallerKind.User);
        caller.Capabilities.ShouldBeEmpty();
    }

    [Fact]
    public void CreateForSession_SeveralTenants_ActsInTheChosenOneAlone()
    {
        var person = Person(("sub", "x"), ("tenant_id", "a"), ("tenant_id", "b"));

        Factory().CreateForSession(person).Error.ShouldBe(AccessDeniedReason.TenantNotNamed);
        Factory().CreateForSession(person, "b").Caller!.TenantId.ShouldBe("b");
        Factory().CreateForSession(person, "c").Error.ShouldBe(AccessDeniedReason.TenantNotOwn);
    }

    [Fact]
    public void CreateForSession_OneTenant_NeedNotBeChosenButIsNotTakenForAnother()
    {
        var person = Person(("sub", "x"), ("tenant_id", "a"));

        Factory().CreateForSession(person).Caller!.TenantId.ShouldBe("a");
        Factory().CreateForSession(person, "b").Error.ShouldBe(AccessDeniedReason.TenantNotOwn);
    }

    [Theory]
    [InlineData("realm_access.roles", "realm_access", """{"roles":["admin","viewer"]}""", "admin viewer")]
    [InlineData("realm_access.roles", "realm_access", """{"roles":"admin"}""", "admin")]
    [InlineData("realm_access.roles", "realm_access", """{"other":["admin"]}""", "")]
    [InlineData("realm_access.roles", "realm_access", """{"roles":[["admin"],{"a":"admin"},true,null]}""", "")]
    [InlineData("realm_access.roles", "realm_access", "{\"roles\":[\"admin\"]", "")]
    [InlineData("realm_access.roles", "realm_access", "roles", "")]
    [InlineData("resource.my.app.roles", "resource", """{"my.app.roles":["admin"]}""", "admin")]
    [InlineData("resource.app.roles", "resource", """{"app":{"roles":["admin"]}}""", "admin")]
    [InlineData("https://acme.test/roles", "https://acme.test/roles", "admin", "admin")]
    [InlineData("roles", "roles", """["admin","viewer"]""", "admin viewer")]
    [InlineData("roles", "roles", "not admin", "not admin")]
    public void Roles_AreFoundWhereTheSettingSays(string path, string claim, string value, string expected)
    {
        var caller = Factory(path).Create(Person(("sub", "x"), ("tenant_id", "a"), (claim, value)), NamedTenants.None).Caller!;

        string.Join(' ', caller.Roles).ShouldBe(expected);
        caller.CanManageKeys.ShouldBe(expected.Split(' ')[0] == "admin");
    }

    private static AccessDeniedReason Error(ClaimsPrincipal principal, NamedTenants named) => Factory().Create(principal, named).Error!.Value;

    private static ClaimsPrincipal Person(params (string Type, string Value)[] claims) =>
        new(new ClaimsIdentity(claims.Select(c => new Claim(c.Type, c.Value)), "token"));

    private static CallerFactory Factory(string rolesClaim = "roles") => new(
        new ClaimNames("tenant_id", "tenant_name", rolesClaim),
        new RoleMapping(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Roles:admin", (string?)"admin.integrations")]).Build()));
}
