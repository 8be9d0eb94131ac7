using Microsoft.AspNetCore.Http.HttpResults;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Where a browser may be sent after sign-in: nowhere but to this host, or a link could lead people from the true sign-in page to a false one.</summary>
internal static class LocalUrl
{
    /// <summary>The url if it is a path of this host, else <c>/</c>.</summary>
    public static string Or(string? url) =>
        url is ['/', ..] && RedirectHttpResult.IsLocalUrl(url) && !url.Any(char.IsControl) && !url.Contains('\\', StringComparison.Ordinal) ? url : "/";
}
