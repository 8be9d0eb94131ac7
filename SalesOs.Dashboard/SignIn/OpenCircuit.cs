using Microsoft.AspNetCore.Components.Server.Circuits;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// One open page: where it came from, whose session it belongs to, and whether it may still act. A circuit that has ended takes in nothing more, its
/// page is told to leave, and a connection that stays all the same is cut.
/// </summary>
internal sealed class OpenCircuit(OpenCircuits circuits, Sessions sessions, IHttpContextAccessor http, TimeProvider time) : CircuitHandler, IDisposable
{
    /// <summary>How long a page has for leaving by itself.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Lock sync = new();
    private HttpContext? connection;
    private ITimer? cut;
    private Task turn = Task.CompletedTask;

    /// <summary>Raised once, on any thread.</summary>
    public event EventHandler? HasEnded;

    /// <summary>Null outside a circuit.</summary>
    public RequestOrigin? Origin { get; private set; }

    public string? SessionId { get; private set; }

    public string? Subject { get; private set; }

    /// <summary>The tenant that the page shows; null where none was chosen.</summary>
    public string? Tenant { get; private set; }

    public DateTimeOffset ActedAt { get; private set; }

    /// <summary>Whether its connection is lost; not while it waits for its first one.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Why this page can't go on; null while it can.</summary>
    public Termination? Ended { get; private set; }

    public void Acted() => ActedAt = time.GetUtcNow();

    /// <summary>Ending it twice changes nothing.</summary>
    public void End(Termination why)
    {
        lock (sync)
        {
            if (Ended is not null)
            {
                return;
            }

            Ended = why;
            cut = time.CreateTimer(_ => connection?.Abort(), state: null, Grace, Timeout.InfiniteTimeSpan);
        }

        // Whoever ends a session waits for no page of it.
        _ = Task.Run(() => HasEnded?.Invoke(this, EventArgs.Empty));
    }

    /// <exception cref="InvalidOperationException">Nobody is signed in: no circuit is opened then.</exception>
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var request = http.HttpContext ?? throw new InvalidOperationException("A circuit is opened by a request.");
        var session = await sessions.FindAsync(request.User, renew: false) ?? throw Nobody();
        Origin = RequestOrigin.Of(request);
        (SessionId, Subject, Tenant, ActedAt) = (session.Id, session.Subject, session.Tenant, time.GetUtcNow());
        circuits.Add(this);
        // Had it ended meanwhile, nobody would have told this circuit.
        if (await sessions.FindAsync(request.User, renew: false) is null)
        {
            throw Nobody();
        }
    }

    /// <summary>A connection that comes back must be of the session that opened the circuit: another identity can't take it over.</summary>
    /// <exception cref="InvalidOperationException">It is not; Blazor discards the circuit then, and the page begins anew.</exception>
    public override async Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (http.HttpContext is not { } request || (await sessions.FindAsync(request.User, renew: false))?.Id != SessionId || Ended is not null)
        {
            throw Nobody();
        }

        (connection, IsLost) = (request, false);
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        (connection, IsLost) = (null, true);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        circuits.Remove(this);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Looks at the session before whatever comes in, so that its limits hold inside an open page too. Blazor waits for none of these, so each waits for the one before it: what was
    /// typed must not be overtaken by the click that came after it.
    /// </summary>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = Interlocked.Exchange(ref turn, begun.Task);
        Task acting;
        try
        {
            await before;
            acting = Ended is null && await sessions.PeekAsync(SessionId) is not null && Ended is null ? next(context) : Task.CompletedTask;
        }
        finally
        {
            begun.SetResult();
        }

        await acting;
    };

    public void Dispose()
    {
        circuits.Remove(this);
        cut?.Dispose();
    }

    private static InvalidOperationException Nobody() => new("The session of this circuit has ended.");
}
