using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Each sign-in that is begun leaves two cookies for 15 minutes. Somebody who begins many and ends none would send them all with every request, until their
/// headers are too long for the server.
/// </summary>
internal static class UnfinishedSignIns
{
    /// <summary>Of each kind, beside those of the one that begins: as many tabs may be signing in at once.</summary>
    public const int MostKept = 4;

    /// <summary>Takes the oldest back. Browsers send cookies of one path in the order in which they were made (RFC 6265, section 5.4).</summary>
    public static void Forget(HttpContext context, OpenIdConnectOptions options)
    {
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            var prefix = cookie.Name!;
            var made = context.Request.Cookies.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            foreach (var name in made.SkipLast(MostKept))
            {
                context.Response.Cookies.Delete(name, cookie.Build(context));
            }
        }
    }
}
