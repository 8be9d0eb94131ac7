using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.Audit;

/// <summary>Something that anyone may bring about as often as they like, such as an error.</summary>
/// <param name="Chain">A tenant, or <see cref="AuditLog.Platform"/>.</param>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Reason">A code, of a closed list of its action.</param>
/// <param name="What">What was asked for, such as <c>POST /v1/api-keys</c>; of the program's own words, never of the request's.</param>
/// <param name="Caller">Null when nobody was proven.</param>
/// <param name="Origin">Counts where <paramref name="Caller"/> is null.</param>
public sealed record RepeatedEvent(string Chain, string Action, bool Refused, string Reason, string? What, Caller? Caller, AuditOrigin? Origin = null)
{
    /// <summary>Taken together are those that differ in nothing but the moment and the agent.</summary>
    internal EventClass Class => new(Chain, Action, Refused, Reason, What, Caller?.Subject, PlaceOf(Caller?.Address ?? Origin?.Address));

    /// <summary>Who has one address of IPv6 has its /64.</summary>
    private static string? PlaceOf(string? address) =>
        System.Net.IPAddress.TryParse(address, out var known) && known.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !known.IsIPv4MappedToIPv6
            ? Convert.ToHexStringLower(known.GetAddressBytes().AsSpan(0, 8))
            : address;
}

/// <summary>What <see cref="RepeatedEvents"/> counts by.</summary>
internal sealed record EventClass(string Chain, string Action, bool Refused, string Reason, string? What, string? Subject, string? Place)
{
    /// <summary>Where those of a chain go that would be one class too many; nobody is named there.</summary>
    public EventClass Rest => new(Chain, Action, Refused, Reason, What: null, Subject: null, Place: null);
}
