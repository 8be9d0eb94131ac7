using Microsoft.AspNetCore.Components.Server.Circuits;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Remembers where a circuit came from, while the request that opens it is still there to ask.</summary>
internal sealed class CircuitOrigin : CircuitHandler
{
    private readonly IHttpContextAccessor http;

    public CircuitOrigin(IHttpContextAccessor http) => this.http = http;

    /// <summary>Null outside a circuit.</summary>
    public RequestOrigin? Origin { get; private set; }

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Origin = http.HttpContext is { } context ? RequestOrigin.Of(context) : RequestOrigin.Unknown;
        return Task.CompletedTask;
    }
}
