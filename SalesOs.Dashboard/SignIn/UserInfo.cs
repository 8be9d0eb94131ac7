using System.Security.Claims;
using System.Text.Json;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// What the provider's UserInfo endpoint says, as an identity beside the id token's: many providers put no more than <c>sub</c> into the token of a code flow
/// (OpenID Connect Core 1.0, section 5.4).
/// </summary>
internal static class UserInfo
{
    private const string AuthenticationType = "userinfo";

    public static bool IsFrom(ClaimsIdentity identity) => identity.AuthenticationType == AuthenticationType;

    /// <summary>Its members as claims, objects and arrays as their JSON text. What the token says itself is not said twice, and the program's own mark can't be brought in.</summary>
    public static ClaimsIdentity ToIdentity(JsonElement user, ClaimsIdentity token) => new(
        user.EnumerateObject()
            .Where(m => m.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) && m.Name != Sessions.IdClaim && !token.HasClaim(c => c.Type == m.Name))
            .Select(m => new Claim(m.Name, m.Value.ToString())),
        AuthenticationType);
}
