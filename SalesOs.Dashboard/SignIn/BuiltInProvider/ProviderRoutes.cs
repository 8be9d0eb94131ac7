using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace SalesOs.Dashboard.SignIn.BuiltInProvider;

/// <summary>What the built-in provider answers once OpenIddict and <see cref="RequestChecks"/> have let a request through.</summary>
internal static class ProviderRoutes
{
    /// <summary>Everyone's, and worth nothing: these people exist in Development alone.</summary>
    private const string Password = "development";

    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void Map(IEndpointRouteBuilder routes)
    {
        // OpenIddict has read the form; these routes take no cookie, so there is nothing for an antiforgery token to protect.
        routes.MapMethods(ProviderSetup.AuthorizePath, [HttpMethods.Get, HttpMethods.Post], Authorize).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(ProviderSetup.TokenPath, ExchangeAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapMethods(ProviderSetup.EndSessionPath, [HttpMethods.Get, HttpMethods.Post], EndSession).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(PersonPage.StylePath, () => Results.Text(PersonPage.Style, "text/css")).AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Authorize(HttpContext context, SignInSettings settings)
    {
        var request = RequestOf(context);
        if (HttpMethods.IsPost(context.Request.Method) && (string?)request[PersonPage.PersonField] is { } choice)
        {
            return choice == PersonPage.Nobody
                ? Refuse(Errors.AccessDenied, "The person declined.")
                : Person.WithEmail(choice) is { } person
                    ? Results.SignIn(person.ToPrincipal(request.GetScopes(), settings.Audience), authenticationScheme: Scheme)
                    : Refuse(Errors.AccessDenied, "The person is not known.");
        }

        PersonPage.SetHeaders(context.Response, new Uri(request.RedirectUri!));
        return Results.Content(PersonPage.Render(request, PersonPageWords.For(context.Request)), "text/html; charset=utf-8");
    }

    private static async Task<IResult> ExchangeAsync(HttpContext context, SignInSettings settings)
    {
        var request = RequestOf(context);
        if (request.IsPasswordGrantType())
        {
            return Person.WithEmail(request.Username) is { } named && request.Password == Password
                ? Results.SignIn(named.ToPrincipal(request.GetScopes(), settings.Audience), authenticationScheme: Scheme)
                : Refuse(Errors.InvalidGrant, "The username or the password is wrong.");
        }

        // The code's or the refresh token's, which OpenIddict has validated.
        var granted = (await context.AuthenticateAsync(Scheme)).Principal;
        return granted is not null && Person.WithSubject(granted.GetClaim(Claims.Subject)) is { } person
            ? Results.SignIn(person.ToPrincipal(granted.GetScopes(), settings.Audience), authenticationScheme: Scheme)
            : Refuse(Errors.InvalidGrant, "The person is not known any more.");
    }

    /// <summary>The provider asks who one is at every sign-in and keeps no session, so there is none to end: it only sends the browser back.</summary>
    private static IResult EndSession() => Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [Scheme]);

    private static OpenIddictRequest RequestOf(HttpContext context) =>
        context.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict did not see this request.");

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [Scheme]);
}
