using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Proves the platform by its service key; also refuses what is no bearer token at all.</summary>
internal sealed class ServiceKeyHandler(
    ServiceKeys keys,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const int HashDigitsInSubject = 12;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request) is not { } token)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (BearerToken.IsApiKey(token) || keys.HashOfKnown(token) is not { } hash)
        {
            return Task.FromResult(AuthenticateResult.Fail("Not a service key."));
        }

        var identity = new ClaimsIdentity([new Claim("sub", $"service:{hash[..HashDigitsInSubject]}")], CallerFactory.ServiceAuthenticationType);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => ApiProblems.UnauthorizedAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => ApiProblems.ForbiddenAsync(Context);
}
