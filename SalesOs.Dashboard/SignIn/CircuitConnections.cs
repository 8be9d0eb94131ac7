using Microsoft.AspNetCore.Http.Features;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Who may connect to <c>/_blazor</c> (guarantee W2): a browser that shows a page of this host to somebody signed in, by WebSocket alone. Cookies go with a
/// WebSocket that a foreign page opens, and neither CORS nor an antiforgery token stands in its way: only the <c>Origin</c> tells.
/// </summary>
internal sealed class CircuitConnections(Sessions sessions, SignInSettings settings) : IMiddleware
{
    public const string Path = "/_blazor";

    /// <summary>A page that is told to leave is still connected for a moment, so a person may have more connections than pages.</summary>
    private const int ConnectionsPerPage = 2;

    private readonly Dictionary<string, int> connected = new(StringComparer.Ordinal);
    private readonly Lock sync = new();

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase, out var rest))
        {
            return next(context);
        }

        var socket = IsWebSocket(context);
        if (!IsOwnPage(context.Request, named: socket))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        if (socket)
        {
            return ConnectAsync(context, next);
        }

        // What remains beside WebSockets: the page's farewell and the list of scripts to begin with.
        if (rest == "/disconnect" || rest == "/initializers")
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        context.Response.Headers.Upgrade = "websocket";
        return Task.CompletedTask;
    }

    private async Task ConnectAsync(HttpContext context, RequestDelegate next)
    {
        if (await sessions.PeekAsync(context.User) is not { } session)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (!Enter(session.Subject))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Leave(session.Subject);
        }
    }

    private bool Enter(string subject)
    {
        lock (sync)
        {
            var now = connected.GetValueOrDefault(subject);
            if (now >= settings.CircuitsPerUser * ConnectionsPerPage)
            {
                return false;
            }

            connected[subject] = now + 1;
            return true;
        }
    }

    private void Leave(string subject)
    {
        lock (sync)
        {
            if (--connected[subject] == 0)
            {
                connected.Remove(subject);
            }
        }
    }

    /// <summary>HTTP/1.1 upgrades; HTTP/2 connects by a method and a protocol of its own (RFC 8441).</summary>
    private static bool IsWebSocket(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" }
        || (HttpMethods.IsGet(context.Request.Method) && string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase));

    /// <param name="named">Whether the origin must be there: browsers send it with every WebSocket, and leave it out of plain reads of their own host.</param>
    private static bool IsOwnPage(HttpRequest request, bool named) => request.Headers.Origin switch
    {
        [] => !named,
        [{ } origin] => Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own)
            && page.GetLeftPart(UriPartial.Authority) == own.GetLeftPart(UriPartial.Authority),
        _ => false,
    };
}
