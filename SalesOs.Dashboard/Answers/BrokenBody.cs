using Microsoft.AspNetCore.Connections.Features;

namespace SalesOs.Dashboard.Answers;

/// <summary>What to do about a body that can't be read to its end, because it breaks HTTP or its sender has gone, when that is not thrown on to Kestrel.</summary>
public static class BrokenBody
{
    /// <summary>
    /// Lets no other request come over this connection, and says so in an answer that has not begun: where the broken body ends nobody knows, and Kestrel,
    /// not told, would go on to read after it, fail, and log a warning that anyone could bring about.
    /// </summary>
    public static void EndConnection(HttpContext context)
    {
        // A connection of HTTP/2 has other requests, and frames that say where each ends.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }
}
