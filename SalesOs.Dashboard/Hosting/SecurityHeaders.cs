using Microsoft.Extensions.Primitives;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>What every answer tells the browser (guarantee W1), whatever its status.</summary>
internal sealed class SecurityHeaders : IMiddleware
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues ReferrerPolicy = "same-origin";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues Permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    private static readonly StringValues TwoYears = "max-age=63072000; includeSubDomains";

    private readonly ProviderAddress provider;
    private readonly bool hsts;
    private StringValues policy;

    public SecurityHeaders(ProviderAddress provider, IHostEnvironment environment)
    {
        this.provider = provider;
        hsts = !environment.IsDevelopment();
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Put(context);
        return next(context);
    }

    /// <summary>Sets them all, and the request's id; once more when an answer was cleared to begin anew.</summary>
    public void Put(HttpContext context)
    {
        if (policy.Count == 0)
        {
            policy = Policy();
        }

        var headers = context.Response.Headers;
        headers[RequestId.Header] = RequestId.Of(context);
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = NoSniff;
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
        context.Response.Headers.ContentSecurityPolicy = policy.ToString().Replace("script-src 'self'", $"script-src 'self' 'nonce-{nonce}'", StringComparison.Ordinal);

    /// <summary>
    /// Known only once the program listens, since signing out sends a form on to the provider. MudBlazor places its popovers by inline style; scripts
    /// are files of ours alone.
    /// </summary>
    private string Policy() =>
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + $"manifest-src 'self'; base-uri 'self'; form-action 'self' {provider.Origin}; frame-ancestors 'none'";
}
