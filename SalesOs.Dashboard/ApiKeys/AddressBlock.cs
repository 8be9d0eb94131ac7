using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>An address or a CIDR block, IPv4 or IPv6. An IPv4-mapped IPv6 address is its IPv4 address.</summary>
public readonly record struct AddressBlock(IPNetwork Network)
{
    /// <summary>In a stored list only a block of all addresses has it: a length never begins with a zero.</summary>
    internal const string NoBounds = "/0";

    private const string AllIPv4 = "0.0.0.0/0";

    /// <summary>The length, written as IPv6, of all of IPv4.</summary>
    private const string MappedLength = "/96";

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>
    /// Reads <c>203.0.113.7</c>, <c>203.0.113.0/24</c>, <c>2001:db8::/32</c>. Refuses host bits that are set (<c>10.0.0.1/8</c>), scope ids, brackets and ports,
    /// and what different programs read differently: the short, octal and hexadecimal forms of IPv4, also inside IPv6, and a length with zeros in front.
    /// </summary>
    public static bool TryParse(string? text, out AddressBlock block)
    {
        block = default;
        if (text is null || text.Length > 49)
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var addressText = slash < 0 ? text : text[..slash];
        // The parser also takes brackets, a port behind them, and scope ids.
        if (addressText.AsSpan().ContainsAnyExcept(AddressCharacters)
            || !IPAddress.TryParse(addressText, out var address)
            || !HasPlainIPv4(addressText, address))
        {
            return false;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0)
        {
            var lengthText = text.AsSpan(slash + 1);
            if (lengthText is ['0', _, ..]
                || lengthText.ContainsAnyExceptInRange('0', '9')
                || !int.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || length > bits)
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

    /// <summary>Whether a list of addresses and blocks lets every address in: it is empty, or holds a block that leaves none of its family out (<c>0.0.0.0/0</c>, <c>::/0</c>).</summary>
    public static bool AllowAny(IEnumerable<string>? addresses)
    {
        var isEmpty = true;
        foreach (var address in addresses ?? [])
        {
            isEmpty = false;
            if (HoldsAll(address))
            {
                return true;
            }
        }

        return isEmpty;
    }

    /// <summary>A block as it is stored: all of IPv4, written as IPv6, becomes <see cref="AllIPv4"/>, so that SQL finds every block without bounds by <see cref="NoBounds"/>.</summary>
    internal static string Stored(string address) => HoldsAll(address) && !address.EndsWith(NoBounds, StringComparison.Ordinal) ? AllIPv4 : address;

    /// <summary>The block that an address is taken to share with its neighbours: its /24, of IPv6 its /64.</summary>
    public static AddressBlock Around(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        var kept = plain.AddressFamily == AddressFamily.InterNetwork ? 3 : 8;
        bytes.AsSpan(kept).Clear();
        return new AddressBlock(new IPNetwork(new IPAddress(bytes), kept * 8));
    }

    public bool Contains(IPAddress address) => Network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>Whether a block is all of its family.</summary>
    private static bool HoldsAll(string address) =>
        (address.EndsWith(NoBounds, StringComparison.Ordinal) || address.EndsWith(MappedLength, StringComparison.Ordinal)) && TryParse(address, out var block) && block.Network.PrefixLength == 0;

    /// <summary>Four decimal numbers without zeros in front, where the text is or ends in an IPv4 address.</summary>
    private static bool HasPlainIPv4(string text, IPAddress address)
    {
        if (!text.Contains('.', StringComparison.Ordinal))
        {
            return address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        var bytes = address.GetAddressBytes().AsSpan()[^4..];
        return text[(text.LastIndexOf(':') + 1)..] == new IPAddress(bytes).ToString();
    }
}
