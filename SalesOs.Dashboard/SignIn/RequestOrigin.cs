using System.Net;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Where a request came from: its address and its agent, as they are kept with what was done.</summary>
/// <param name="Agent">At most 300 characters, control characters taken out.</param>
internal sealed record RequestOrigin(string? Address, string? Agent)
{
    private const int LongestAgent = 300;

    public static RequestOrigin Unknown { get; } = new(null, null);

    public static RequestOrigin Of(HttpContext context)
    {
        var agent = new string([.. context.Request.Headers.UserAgent.ToString().Where(c => !char.IsControl(c)).Take(LongestAgent)]);
        return new RequestOrigin(Text(context.Connection.RemoteIpAddress), agent.Length == 0 ? null : agent);
    }

    public Caller PutOn(Caller caller, string requestId) => caller with { Address = Address, Agent = Agent, RequestId = requestId };

    public AuditOrigin ForAudit(string requestId) => new(Address, Agent, requestId);

    private static string? Text(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}
