using Microsoft.Extensions.Primitives;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>What every answer tells the browser (guarantee W1), whatever its status.</summary>
internal sealed class SecurityHeaders(ProviderAddress provider, IHostEnvironment environment) : IMiddleware
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues ReferrerPolicy = "same-origin";
    private static readonly StringValues Deny = "DENY";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues Permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    private static readonly StringValues TwoYears = "max-age=63072000; includeSubDomains";

    private readonly bool hsts = !environment.IsDevelopment();
    private Policy? policy;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Put(context);
        return next(context);
    }

    /// <summary>Sets them all, and the request's id; once more when an answer was cleared to begin anew.</summary>
    public void Put(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[RequestId.Header] = RequestId.Of(context);
        headers.ContentSecurityPolicy = PolicyOfNow();
        headers.XContentTypeOptions = NoSniff;
        headers.XFrameOptions = Deny;
        headers["Referrer-Policy"] = ReferrerPolicy;
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        headers["Permissions-Policy"] = Permissions;
        if (hsts && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = TwoYears;
        }
    }

    /// <summary>Lets the scripts of this answer run that carry the nonce, which is made for it alone.</summary>
    public void AllowScript(HttpContext context, string nonce) =>
        context.Response.Headers.ContentSecurityPolicy = PolicyOfNow().ToString().Replace("script-src 'self'", $"script-src 'self' 'nonce-{nonce}'", StringComparison.Ordinal);

    /// <summary>
    /// Signing out sends a form on to the provider, which browsers allow only where <c>form-action</c> does. Its address is known once the program listens, and
    /// where it signs people out once it has been asked. MudBlazor places its popovers by inline style; scripts are files of ours alone.
    /// </summary>
    private StringValues PolicyOfNow()
    {
        var signOut = provider.SignOutOrigin;
        var known = policy;
        if (known is null || !ReferenceEquals(known.SignOut, signOut))
        {
            policy = known = new Policy(signOut, TextOf(signOut is null || signOut == provider.Origin ? provider.Origin : $"{provider.Origin} {signOut}"));
        }

        return known.Text;
    }

    private static string TextOf(string formTargets) =>
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + $"manifest-src 'self'; base-uri 'self'; form-action 'self' {formTargets}; frame-ancestors 'none'";

    private sealed record Policy(string? SignOut, StringValues Text);
}
