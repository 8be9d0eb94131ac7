using System.Net;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <summary>Where an address lies, as far as a webhook may go there.</summary>
public enum AddressReach
{
    /// <summary>On the internet.</summary>
    Public,

    /// <summary>In somebody's own network or on this machine: for <c>Webhooks:AllowPrivateNetworks</c>.</summary>
    Private,

    /// <summary>Nowhere that a notice is to go, whatever is set: a cloud's metadata, one link only, many receivers at once, or nobody.</summary>
    Never,
}

/// <summary>
/// Tells addresses of the internet from all others, by IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890). Of IPv6 only what is given
/// out for the internet (2000::/3) is taken; an IPv4 address that stands in an IPv6 one counts as the one that it stands for.
/// </summary>
public static class PublicAddress
{
    /// <summary>Where clouds tell a machine its own credentials; some of these addresses lie in networks that are private otherwise.</summary>
    private static readonly IPAddress[] Metadata = [.. ((string[])["100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"]).Select(IPAddress.Parse)];

    private static readonly IPNetwork[] Private = Networks("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7");

    /// <summary>This host, link-local, protocol assignments, documentation, 6to4 relays, benchmarking, multicast, reserved and broadcast.</summary>
    private static readonly IPNetwork[] NotPublicFour = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    private static readonly IPNetwork GlobalSix = IPNetwork.Parse("2000::/3");

    /// <summary>Protocol assignments (with Teredo, benchmarking and ORCHID), documentation, 6to4.</summary>
    private static readonly IPNetwork[] NotPublicSix = Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    /// <summary>Where a network of IPv6 alone reaches the IPv4 internet (RFC 6052).</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static AddressReach ReachOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return ReachOf(address.MapToIPv4());
        }

        if (Translated.Contains(address))
        {
            return ReachOf(new IPAddress(address.GetAddressBytes().AsSpan()[^4..]));
        }

        var isFour = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        return Metadata.Contains(address) ? AddressReach.Never
            : Private.Any(network => network.Contains(address)) ? AddressReach.Private
            : (isFour || GlobalSix.Contains(address)) && !(isFour ? NotPublicFour : NotPublicSix).Any(network => network.Contains(address)) ? AddressReach.Public
            : AddressReach.Never;
    }

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(IPNetwork.Parse)];
}
