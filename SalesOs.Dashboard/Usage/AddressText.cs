using System.Net;

namespace SalesOs.Dashboard.Usage;

/// <summary>An address as the record writes it.</summary>
internal static class AddressText
{
    /// <summary>A socket that serves both families gives IPv4 callers as <c>::ffff:203.0.113.7</c>; they are written as IPv4.</summary>
    public static string? Of(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
}
