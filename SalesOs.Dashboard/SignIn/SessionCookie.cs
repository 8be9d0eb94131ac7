using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using CookieHeaderValue = Microsoft.Net.Http.Headers.CookieHeaderValue;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The browser's side of a session: a cookie that names it.</summary>
internal sealed class SessionCookie(IOptionsMonitor<CookieAuthenticationOptions> options, Sessions sessions)
{
    /// <summary>Browsers take a cookie of this prefix only over https, for the whole host and from the host itself.</summary>
    public const string SecurePrefix = "__Host-";

    public const string PlainName = "salesos";

    public const string SecureName = SecurePrefix + PlainName;

    public const string SignInPath = "/sign-in";

    // Where the cookie handler keeps the session store's key inside the cookie (CookieAuthenticationHandler.SessionIdClaim).
    private const string KeyClaim = "Microsoft.AspNetCore.Authentication.Cookies-SessionId";

    public static void Configure(CookieAuthenticationOptions options, Sessions sessions, SignInSettings settings, bool plain)
    {
        options.SessionStore = sessions;
        options.Cookie.Name = plain ? PlainName : SecureName;
        options.Cookie.SecurePolicy = plain ? CookieSecurePolicy.None : CookieSecurePolicy.Always;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.Path = "/";
        options.Cookie.IsEssential = true;
        // The session store judges idleness; a ticket is never prolonged past this.
        options.ExpireTimeSpan = settings.Absolute;
        options.SlidingExpiration = false;
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = async context =>
        {
            var checks = context.HttpContext.RequestServices.GetRequiredService<SessionChecks>();
            if (await sessions.PeekAsync(context.Principal!) is { } session && await checks.CurrentAsync(session) is { } current)
            {
                context.ReplacePrincipal(current.Principal);
            }
            else
            {
                context.RejectPrincipal();
            }
        };
        options.Events.OnRedirectToLogin = context =>
        {
            if (IsNavigation(context.Request))
            {
                context.Response.Redirect(context.RedirectUri);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            }

            return Task.CompletedTask;
        };
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    /// <summary>
    /// Ends the session that the request's cookie names and hides the cookie from the rest of the request. Without this the cookie handler would put a new
    /// sign-in under the old key, and who planted that cookie would be signed in too.
    /// </summary>
    public async Task EndNamedAsync(HttpContext context)
    {
        var current = options.Get(SignInSchemes.Session);
        var name = current.Cookie.Name!;
        if (context.Request.Cookies[name] is not { } value)
        {
            return;
        }

        if (current.TicketDataFormat.Unprotect(value)?.Principal.FindFirst(KeyClaim)?.Value is { } key)
        {
            await sessions.EndAsync(key, Termination.Replaced);
        }

        var others = CookieHeaderValue.ParseList(context.Request.Headers.Cookie).Where(c => c.Name != name).Select(c => c.ToString());
        context.Request.Headers.Cookie = string.Join("; ", others);
    }

    /// <summary>Whether a person opens a page. Browsers say what an answer is for, at least over https; where they don't, the paths that only pages ask for are known.</summary>
    public static bool IsOpened(HttpRequest request) =>
        request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document"
        && !request.Path.StartsWithSegments(CircuitConnections.Path, StringComparison.OrdinalIgnoreCase)
        && !request.Path.StartsWithSegments(SignInRoutes.StillThere, StringComparison.OrdinalIgnoreCase);

    /// <summary>A script's call or a circuit's connection could do nothing with a redirect to a sign-in page.</summary>
    private static bool IsNavigation(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Path.StartsWithSegments(CircuitConnections.Path, StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";
}
