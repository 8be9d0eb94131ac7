using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace SalesOs.Dashboard.SignIn.BuiltInProvider;

/// <summary>
/// The identity provider of Development and the tests: OpenIddict without a store, keys that live as long as the process, people instead of passwords.
/// It exists so that the one way in, OpenID Connect with PKCE, is the way that runs everywhere.
/// </summary>
internal static class ProviderSetup
{
    public const string AuthorizePath = "/connect/authorize";
    public const string TokenPath = "/connect/token";
    public const string EndSessionPath = "/connect/endsession";

    private const int EncryptionKeyBytes = 32;

    public static void AddBuiltInProvider(this IServiceCollection services, SignInSettings settings)
    {
        services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode();
            server.SetAuthorizationEndpointUris(AuthorizePath).SetTokenEndpointUris(TokenPath).SetEndSessionEndpointUris(EndSessionPath);
            server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowRefreshTokenFlow().AllowPasswordFlow();
            server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess);
            server.AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256);
            server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(EncryptionKeyBytes)));
            server.DisableAccessTokenEncryption();
            server.UseAspNetCore()
                .EnableAuthorizationEndpointPassthrough()
                .EnableTokenEndpointPassthrough()
                .EnableEndSessionEndpointPassthrough()
                .DisableTransportSecurityRequirement();
            server.AddEventHandler<OpenIddictServerEvents.ValidateAuthorizationRequestContext>(h => h.UseSingletonHandler<RequestChecks>());
            server.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(h => h.UseSingletonHandler<RequestChecks>());
            server.AddEventHandler<OpenIddictServerEvents.ValidateEndSessionRequestContext>(h => h.UseSingletonHandler<RequestChecks>());
        });
        services.AddSingleton(s => new RequestChecks(settings, s.GetRequiredService<ListeningAddress>()));
        services.AddOptions<OpenIddictServerOptions>().Configure<ListeningAddress>((o, listening) => o.Issuer = listening.Origin);
    }
}
