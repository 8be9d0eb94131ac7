using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>Somebody of a demo tenant.</summary>
/// <param name="Subject">That of the built-in provider's person, where one can sign in as them: what they did is theirs then.</param>
/// <param name="SignInsPerWeek">0–5, on working days.</param>
internal sealed record DemoPerson(string Subject, string Email, string Name, string Role, DemoTenant Tenant, string Address, string Agent, double SignInsPerWeek)
{
    public Caller ToCaller(RoleMapping roles, Guid request) =>
        new(CallerKind.User, Subject, Tenant.Id, Tenant.Name, Name, Email, [Role], roles.CapabilitiesOf([Role])) { Address = Address, Agent = Agent, RequestId = request.ToString() };
}

internal sealed record DemoTenant(string Id, string Name);

internal static class DemoPeople
{
    public static readonly DemoTenant Acme = new("11111111-1111-4111-8111-111111111111", "Acme Imóveis");
    public static readonly DemoTenant Beta = new("22222222-2222-4222-8222-222222222222", "Beta Vendas");

    public static readonly DemoPerson Olivia = new("a0000000-0000-4000-8000-000000000001", "owner@acme.test", "Olívia Prado", "owner", Acme, "198.51.100.14", Safari, 1.5);
    public static readonly DemoPerson Adriano = new("a0000000-0000-4000-8000-000000000002", "admin@acme.test", "Adriano Lima", "admin", Acme, "198.51.100.22", Firefox, 3);
    public static readonly DemoPerson Aurora = new("a0000000-0000-4000-8000-000000000003", "auditor@acme.test", "Aurora Dias", "auditor", Acme, "198.51.100.31", Edge, 0.5);
    public static readonly DemoPerson Camila = new("a0000000-0000-4000-8000-000000000011", "camila.ferraz@acme.test", "Camila Ferraz", "admin", Acme, "203.0.113.84", Chrome, 2);
    public static readonly DemoPerson Rafael = new("a0000000-0000-4000-8000-000000000012", "rafael.nunes@acme.test", "Rafael Nunes", "admin", Acme, "203.0.113.90", Phone, 1);
    public static readonly DemoPerson Bruno = new("b0000000-0000-4000-8000-000000000001", "admin@beta.test", "Bruno Costa", "admin", Beta, "192.0.2.40", Chrome, 2);
    public static readonly DemoPerson Larissa = new("b0000000-0000-4000-8000-000000000011", "larissa.melo@beta.test", "Larissa Melo", "owner", Beta, "192.0.2.41", Safari, 1);

    public static readonly IReadOnlyList<DemoPerson> All = [Olivia, Adriano, Aurora, Camila, Rafael, Bruno, Larissa];

    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
    private const string Edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
    private const string Safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1";
}
