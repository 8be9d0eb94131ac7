using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Whether a provider that does not renew tokens says why: that the account itself is gone or disabled. <c>invalid_grant</c> alone does not say it (RFC 6749, section
/// 5.2): a refresh token that has expired, was revoked or used twice is answered so too, and a person who idled has not left.
/// </summary>
internal static class ClosedAccount
{
    /// <summary>
    /// What providers say of such an account in <c>error_description</c>: Microsoft Entra ID by its numbers (disabled; not in the directory), Keycloak, Google, and the provider
    /// of Development. One that says the same for an expired token and a closed account, such as Okta, Auth0 and Cognito, says nothing here.
    /// </summary>
    private static readonly string[] Signs =
    [
        "AADSTS50057", "AADSTS50034", "User disabled", "Unknown user", "Account has been deleted", "Account has been disabled", "The person is not known any more",
    ];

    public static bool IsSaidBy(OpenIdConnectMessage answer) =>
        answer.Error == "invalid_grant" && answer.ErrorDescription is { } said && Signs.Any(sign => said.Contains(sign, StringComparison.OrdinalIgnoreCase));
}
