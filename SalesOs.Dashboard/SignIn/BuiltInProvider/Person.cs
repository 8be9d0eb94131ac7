using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace SalesOs.Dashboard.SignIn.BuiltInProvider;

/// <summary>Someone whom one can be in Development.</summary>
/// <param name="Subject">The same in every run, so that what they did stays theirs.</param>
internal sealed record Person(string Subject, string Email, string Name, string Role, string TenantId, string TenantName)
{
    private const string Acme = "11111111-1111-4111-8111-111111111111";
    private const string Beta = "22222222-2222-4222-8222-222222222222";

    public static ImmutableArray<Person> All { get; } =
    [
        new("a0000000-0000-4000-8000-000000000001", "owner@acme.test", "Olívia Prado", "owner", Acme, "Acme Imóveis"),
        new("a0000000-0000-4000-8000-000000000002", "admin@acme.test", "Adriano Lima", "admin", Acme, "Acme Imóveis"),
        new("a0000000-0000-4000-8000-000000000003", "auditor@acme.test", "Aurora Dias", "auditor", Acme, "Acme Imóveis"),
        new("a0000000-0000-4000-8000-000000000004", "manager@acme.test", "Marcos Rocha", "manager", Acme, "Acme Imóveis"),
        new("a0000000-0000-4000-8000-000000000005", "rep@acme.test", "Renata Alves", "sales_rep", Acme, "Acme Imóveis"),
        new("b0000000-0000-4000-8000-000000000001", "admin@beta.test", "Bruno Costa", "admin", Beta, "Beta Vendas"),
    ];

    public static Person? WithEmail(string? email) => All.FirstOrDefault(p => string.Equals(p.Email, email, StringComparison.OrdinalIgnoreCase));

    public static Person? WithSubject(string? subject) => All.FirstOrDefault(p => p.Subject == subject);

    /// <summary>What the tokens say of this person: the same in the id token, which the dashboard reads, and in the access token, which the API reads.</summary>
    public ClaimsPrincipal ToPrincipal(ImmutableArray<string> scopes, string audience)
    {
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, Subject)
            .SetClaim(Claims.Email, Email)
            .SetClaim(Claims.Name, Name)
            .SetClaim("tenant_id", TenantId)
            .SetClaim("tenant_name", TenantName)
            .SetClaims("roles", [Role]);
        identity.SetScopes(scopes);
        identity.SetResources(audience);
        identity.SetDestinations(static _ => [Destinations.AccessToken, Destinations.IdentityToken]);
        return new ClaimsPrincipal(identity);
    }
}
