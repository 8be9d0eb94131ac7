using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Sign-in at the identity provider: OpenID Connect, code flow with PKCE.</summary>
internal static class ProviderSignIn
{
    public const string CallbackPath = "/signin-oidc";

    public const string SignedOutCallbackPath = "/signout-callback-oidc";

    public const string SignedOutPath = "/signed-out";

    /// <summary>Short, so that a second rotation of the provider's keys soon after the first is noticed.</summary>
    private static readonly TimeSpan KeyRefresh = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static void Configure(OpenIdConnectOptions options, SignInSettings settings, ProviderAddress provider, TimeProvider time, bool plainCookies)
    {
        options.SignInScheme = SignInSchemes.Session;
        options.Authority = provider.Authority;
        options.RequireHttpsMetadata = provider.RequiresHttps;
        options.BackchannelHttpHandler = provider.Backchannel();
        options.BackchannelTimeout = Patience;
        options.RefreshInterval = KeyRefresh;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = true;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.Scope.Clear();
        foreach (var scope in (string[])["openid", "profile", "email", "offline_access"])
        {
            options.Scope.Add(scope);
        }

        // What it says is kept as it is, beside the token's claims (ProviderAnswers).
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.Clear();
        options.ClaimActions.DeleteClaim(Sessions.IdClaim);
        options.TokenValidationParameters.NameClaimType = "name";
        JudgeLifetimeBy(time, options.TokenValidationParameters);
        options.CallbackPath = CallbackPath;
        options.SignedOutCallbackPath = SignedOutCallbackPath;
        options.SignedOutRedirectUri = SignedOutPath;
        // Front-channel sign-out would need the cookie in a foreign frame, where SameSite=Lax keeps it from going.
        options.RemoteSignOutPath = default;
        foreach (var (cookie, name) in ((CookieBuilder, string)[])[(options.CorrelationCookie, "salesos-correlation."), (options.NonceCookie, "salesos-nonce.")])
        {
            cookie.Name = plainCookies ? name : SessionCookie.SecurePrefix + name;
            cookie.Path = "/";
            // The answer comes back by a plain link (response_mode=query), for which Lax is enough.
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = plainCookies ? CookieSecurePolicy.None : CookieSecurePolicy.Always;
        }

        options.EventsType = typeof(ProviderAnswers);
    }

    /// <summary>The token library asks the system's clock; this asks the program's.</summary>
    public static void JudgeLifetimeBy(TimeProvider time, TokenValidationParameters parameters)
    {
        parameters.ClockSkew = ClockSkew;
        parameters.LifetimeValidator = (notBefore, expires, _, _) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            // The skew is taken from now: from a time at the end of what a date can be it could not.
            return expires is { } end && now - ClockSkew < end && (notBefore is not { } start || start <= now + ClockSkew);
        };
    }
}
