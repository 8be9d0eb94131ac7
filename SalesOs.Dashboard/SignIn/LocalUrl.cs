using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Where a browser may be sent after sign-in: nowhere but to this host, or a link could lead people from the true sign-in page to a false one.</summary>
public static class LocalUrl
{
    /// <summary>The url if it is a path of this host, else <c>/</c>. What a header can't hold is percent-encoded: it came in decoded from a query or a form.</summary>
    public static string Or(string? url) =>
        url is ['/', ..] && RedirectHttpResult.IsLocalUrl(url) && !url.Contains('\\', StringComparison.Ordinal) ? Encoded(url) : "/";

    private static string Encoded(string url)
    {
        var ascii = new StringBuilder(url.Length);
        foreach (var rune in url.EnumerateRunes())
        {
            // Half a surrogate pair comes as U+FFFD, which can be encoded.
            ascii.Append(rune is { IsAscii: true, Value: not ' ' } ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return ascii.ToString();
    }
}
