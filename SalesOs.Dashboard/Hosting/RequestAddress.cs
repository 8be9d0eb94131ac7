using System.Globalization;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Primitives;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// The one check of what a request says it was sent to: its <c>Host</c> and, behind a proxy, its scheme. Addresses are made of both all over the framework, which
/// throws at a host that is none. <c>AllowedHosts</c> is heeded here, so that its refusals have the headers of every other answer.
/// </summary>
internal sealed class RequestAddress(RequestDelegate next, SecurityHeaders securityHeaders, IConfiguration configuration)
{
    private const string Setting = "AllowedHosts";
    private const int LongestHost = 255;

    private static readonly IdnMapping Idn = new();

    private readonly IList<StringSegment> allowed = [.. Named(configuration).Select(name => new StringSegment(AsciiOf(name)))];

    /// <summary>Leaves nothing to do for the framework's own filter, which stands before everything else.</summary>
    public static void AddTo(IServiceCollection services) => services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = ["*"]);

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration) =>
        from name in Named(configuration)
        where name != "*" && !IsHost(AsciiOf(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) ?? "")
        select $"{Setting}: '{name}' is not a host; write names without ports such as keys.example.com, *.example.com for all under it, or * for any, with ; between them.";

    /// <summary>A host that is served: the first that is named, or <c>localhost</c> where any is.</summary>
    public static string ServedHost(IConfiguration configuration) =>
        Named(configuration)[0] is var first && first == "*" ? "localhost" : AsciiOf(first.Replace("*.", "own.", StringComparison.Ordinal)) ?? "localhost";

    public Task InvokeAsync(HttpContext context)
    {
        var fault = FaultOf(context);
        if (fault is null)
        {
            return next(context);
        }

        if (SignInSchemes.IsForPrograms(context.Request.Path))
        {
            securityHeaders.Put(context);
            return Envelope.WriteAsync(context, new Problem(ErrorCode.ValidationError, fault));
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.Headers.CacheControl = "no-store";
        securityHeaders.Put(context);
        return Task.CompletedTask;
    }

    private string? FaultOf(HttpContext context)
    {
        if (context.Request.Scheme.ToLowerInvariant() is not ("http" or "https"))
        {
            return "X-Forwarded-Proto must be http or https.";
        }

        var host = context.Request.Headers.Host;
        // HTTP/1.0 needs none, and probes speak it; a page would have to know where it is.
        if (StringValues.IsNullOrEmpty(host))
        {
            return SignInSchemes.IsForPrograms(context.Request.Path) || context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
                ? null
                : "Host is missing.";
        }

        return host is not [{ } text] || !IsHostAndPort(text) ? "Host is malformed."
            : !allowed.Contains("*") && !HostString.MatchesAny(text, allowed) ? "This host is not served here."
            : null;
    }

    private static bool IsHostAndPort(string text)
    {
        var end = text.LastIndexOf(':');
        if (end < 0 || text.EndsWith(']'))
        {
            return IsHost(text);
        }

        return IsHost(text[..end]) && ushort.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;
    }

    /// <summary>A name in ASCII, an address of IPv4, or one of IPv6 in brackets; what the framework can make an address and a Unicode name of.</summary>
    private static bool IsHost(string host) =>
        host.Length is > 0 and <= LongestHost
        && (host[0] == '[' || host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
        && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var address)
        && address is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
        && IsUnicodeName(host);

    private static bool IsUnicodeName(string host)
    {
        if (!host.Contains("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        try
        {
            return Idn.GetAscii(Idn.GetUnicode(host)).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Null for a name that no host can have.</summary>
    private static string? AsciiOf(string name)
    {
        try
        {
            return System.Text.Ascii.IsValid(name) ? name : Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string[] Named(IConfiguration configuration) =>
        configuration[Setting] is { } text && text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } names ? names : ["*"];
}
