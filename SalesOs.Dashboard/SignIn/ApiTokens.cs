using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace SalesOs.Dashboard.SignIn;

/// <summary>People's access tokens on the management API, from the provider that the dashboard signs in with.</summary>
internal static class ApiTokens
{
    private static readonly TimeSpan KeyRefresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static void Configure(JwtBearerOptions options, SignInSettings settings, ProviderAddress provider, TimeProvider time)
    {
        options.Authority = provider.Authority;
        options.RequireHttpsMetadata = provider.RequiresHttps;
        options.BackchannelHttpHandler = provider.Backchannel();
        options.BackchannelTimeout = Patience;
        options.RefreshInterval = KeyRefresh;
        options.Audience = settings.Audience;
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenValidationParameters.NameClaimType = "name";
        ProviderSignIn.JudgeLifetimeBy(time, options.TokenValidationParameters);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                context.Token = BearerToken.Of(context.Request);
                if (context.Token is null)
                {
                    context.NoResult();
                }

                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                // With one name for the audience and the client these would pass for access tokens; they prove a sign-in or tell of a sign-out and were not given to call anything.
                if (context.Principal!.HasClaim(c => c.Type is "events" or "at_hash" or "c_hash"))
                {
                    context.Fail("Not an access token.");
                }

                return Task.CompletedTask;
            },
            OnChallenge = context =>
            {
                context.HandleResponse();
                return ApiProblems.UnauthorizedAsync(context.HttpContext);
            },
            OnForbidden = context => ApiProblems.ForbiddenAsync(context.HttpContext),
        };
    }

    /// <summary>Which scheme judges this request's bearer token.</summary>
    public static string SchemeFor(HttpContext context) =>
        BearerToken.Of(context.Request) is { } token
        && !BearerToken.IsApiKey(token)
        && context.RequestServices.GetRequiredService<ServiceKeys>().HashOfKnown(token) is null
            ? SignInSchemes.Jwt
            : SignInSchemes.ServiceKey;
}
