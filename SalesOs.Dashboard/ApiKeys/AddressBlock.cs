using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>An address or a CIDR block, IPv4 or IPv6. An IPv4-mapped IPv6 address is its IPv4 address.</summary>
public readonly record struct AddressBlock(IPNetwork Network)
{
    /// <summary>
    /// Reads <c>203.0.113.7</c>, <c>203.0.113.0/24</c>, <c>2001:db8::/32</c>. Refuses host bits that are set (<c>10.0.0.1/8</c>), scope ids,
    /// and the short and octal forms of IPv4 that different programs read differently.
    /// </summary>
    public static bool TryParse(string? text, out AddressBlock block)
    {
        block = default;
        if (text is null || text.Length > 49 || text.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var addressText = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(addressText, out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && !string.Equals(address.ToString(), addressText, StringComparison.Ordinal)))
        {
            return false;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0)
        {
            var lengthText = text.AsSpan(slash + 1);
            if (lengthText.Length is 0 or > 3 || lengthText.ContainsAnyExceptInRange('0', '9') || !int.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits)
            {
                return false;
            }
        }

        if (address.IsIPv4MappedToIPv6 && length >= 96)
        {
            address = address.MapToIPv4();
            length -= 96;
        }

        // .NET clears host bits that are set; here they are taken for a mistake.
        if (!IPNetwork.TryParse($"{address}/{length}", out var network) || !network.BaseAddress.Equals(address))
        {
            return false;
        }

        block = new AddressBlock(network);
        return true;
    }

    public bool Contains(IPAddress address) => Network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
