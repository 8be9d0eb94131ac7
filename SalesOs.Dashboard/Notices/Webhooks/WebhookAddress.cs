using System.Buffers;
using System.Net;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <summary>
/// The rules of a webhook's address as somebody types it, so that a mistake is told at once. What they let through is not trusted for it: where a name leads is
/// looked at when the notice is sent (<see cref="WebhookSender"/>).
/// </summary>
public static class WebhookAddress
{
    /// <summary>In characters; all of them are ASCII.</summary>
    public const int MaxLength = 2000;

    private const int FirstFreePort = 1024;

    private static readonly SearchValues<char> NeverInAUrl = SearchValues.Create(" \\\"<>^`{|}");

    private static readonly SearchValues<char> InAName = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Names that mean something inside one network alone (RFC 6761, 6762, 8375, and what ICANN keeps for private use).</summary>
    private static readonly string[] PrivateSuffixes = ["localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "test", "invalid", "example", "onion"];

    /// <summary>
    /// Reads such as <c>https://hooks.example.com/notices?team=7</c>: https, or http too where <see cref="WebhookOptions.AllowPrivateNetworks"/> is set; a name with its
    /// domain or an address, each written in the one plain way; port 443 (80 for http) or from 1024; no user, password or fragment.
    /// </summary>
    /// <param name="url">Set when there is no fault.</param>
    /// <returns>The code of the first broken rule: <c>url_required</c>, <c>url_too_long</c>, <c>url_malformed</c>, <c>url_scheme</c>, <c>url_user</c>,
    /// <c>url_fragment</c>, <c>url_port</c>, <c>url_host</c> or <c>url_not_public</c>; null: none.</returns>
    public static string? FaultOf(string? text, WebhookOptions options, out Uri? url)
    {
        url = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return "url_required";
        }

        if (text.Length > MaxLength)
        {
            return "url_too_long";
        }

        if (!System.Text.Ascii.IsValid(text) || text.Any(char.IsControl) || text.AsSpan().ContainsAny(NeverInAUrl) || !Uri.TryCreate(text, UriKind.Absolute, out var read))
        {
            return "url_malformed";
        }

        var fault = FaultOf(read, text, options);
        url = fault is null ? read : null;
        return fault;
    }

    private static string? FaultOf(Uri url, string text, WebhookOptions options)
    {
        if (!(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && options.AllowPrivateNetworks)) || !text.StartsWith(url.Scheme + "://", StringComparison.OrdinalIgnoreCase))
        {
            return "url_scheme";
        }

        // As it was typed: the parser puts odd forms of an address right, and another program might read them differently.
        var authority = text[(url.Scheme.Length + 3)..];
        authority = authority[..(authority.AsSpan().IndexOfAny('/', '?', '#') is var end and >= 0 ? end : authority.Length)];
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            return "url_user";
        }

        if (text.Contains('#', StringComparison.Ordinal))
        {
            return "url_fragment";
        }

        if (!(url.IsDefaultPort || url.Port >= FirstFreePort))
        {
            return "url_port";
        }

        var host = authority.EndsWith(']') || !authority.Contains(':', StringComparison.Ordinal) ? authority : authority[..authority.LastIndexOf(':')];
        return url.HostNameType switch
        {
            UriHostNameType.IPv4 or UriHostNameType.IPv6 => IPAddress.TryParse(host.Trim('[', ']'), out var address) && IsPlain(host, address)
                ? options.Allows(PublicAddress.ReachOf(address), url.Scheme == Uri.UriSchemeHttps) ? null : "url_not_public"
                : "url_host",
            UriHostNameType.Dns => FaultOfName(host, options),
            UriHostNameType.Unknown or UriHostNameType.Basic => "url_host",
        };
    }

    private static string? FaultOfName(string host, WebhookOptions options)
    {
        var name = host.ToLowerInvariant();
        var labels = name.Split('.');
        // Browsers take a name that ends in a number for an address (1.2.3, 0x7f.1), and a name that ends in a dot for another name.
        if (labels.Any(label => label.Length is 0 or > 63) || labels[^1].All(char.IsAsciiDigit) || labels[^1].StartsWith("0x", StringComparison.Ordinal)
            || name.Length > 253 || name.AsSpan().ContainsAnyExcept(InAName))
        {
            return "url_host";
        }

        var isPrivate = labels.Length == 1 || PrivateSuffixes.Any(suffix => name == suffix || name.EndsWith("." + suffix, StringComparison.Ordinal));
        return isPrivate && !options.AllowPrivateNetworks ? "url_not_public" : null;
    }

    /// <summary>Four decimal numbers without zeros in front; of IPv6 no scope and no IPv4 tail.</summary>
    private static bool IsPlain(string host, IPAddress address) => host is ['[', ..]
        ? !host.Contains('%', StringComparison.Ordinal) && !host.Contains('.', StringComparison.Ordinal)
        : host == address.ToString();

    /// <summary>The host alone: the rest of an address may hold what opens the receiver's door.</summary>
    public static string Shown(Uri url) => url.IsDefaultPort ? url.Host : $"{url.Host}:{url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>A broken rule as services answer it.</summary>
    public static RuleFault Worded(string code) => new("url", code, code == "url_too_long" ? MaxLength.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
}
