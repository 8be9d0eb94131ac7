using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Guarantee N5. Told to stop, the program first serves on: readiness is red, open pages say so, and every answer ends its connection, so that nobody's next request
/// meets a closed one. Then it takes no new connections, answers what the open ones still bring, and only then does the host stop.
/// </summary>
internal sealed partial class GracefulStop
{
    /// <summary>From the signal to the end of the process, all of it included.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    /// <summary>So long without a request or an act in a page, and nobody is there to be served any more.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>For those who never pause.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>For whoever has a new key's values before them: they are gone with the process.</summary>
    private static readonly TimeSpan LongestForReveals = TimeSpan.FromSeconds(15);

    /// <summary>For a connection that is being taken, and then for its first request. No other can come on it: its answer ends it.</summary>
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Stopping stopping;
    private readonly PendingReveals reveals;
    private readonly Listeners listeners;
    private readonly IHostApplicationLifetime lifetime;
    private readonly HostOptions host;
    private readonly TimeProvider clock = TimeProvider.System;
    private long latest;
    private int begun;

    public GracefulStop(
        Stopping stopping, PendingReveals reveals, Listeners listeners, IHostApplicationLifetime lifetime, IOptions<HostOptions> host, ILogger<GracefulStop> log)
    {
        this.stopping = stopping;
        this.reveals = reveals;
        this.listeners = listeners;
        this.lifetime = lifetime;
        this.host = host.Value;
        // Whoever stops the program from inside, and so not by a signal, has nobody to wait for.
        lifetime.ApplicationStopping.Register(stopping.Tell);
        stopping.Token.Register(() => LogTold(log));
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (stopping.IsTold)
        {
            Seen();
            // Later versions have no such header: Kestrel tells their clients to go as it stops.
            if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            {
                context.Response.Headers.Connection = "close";
            }
        }

        return next(context);
    }

    /// <summary>Serves on, then stops the host. A second call does nothing.</summary>
    public async Task RunAsync()
    {
        if (Interlocked.Exchange(ref begun, 1) == 1)
        {
            return;
        }

        var told = clock.GetTimestamp();
        try
        {
            Seen();
            stopping.Tell();
            while (IsAwaited(clock.GetElapsedTime(told)))
            {
                await Task.Delay(Look, clock);
            }

            listeners.HoldNew();
            await Task.Delay(Last, clock);
            listeners.Dispose();
            var last = clock.GetTimestamp();
            Seen();
            while (SinceSeen < Last && clock.GetElapsedTime(last) < Longest)
            {
                await Task.Delay(Look, clock);
            }
        }
        finally
        {
            host.ShutdownTimeout = Limit - clock.GetElapsedTime(told);
            lifetime.StopApplication();
        }
    }

    private TimeSpan SinceSeen => clock.GetElapsedTime(Volatile.Read(ref latest));

    private bool IsAwaited(TimeSpan since) => reveals.Count > 0 ? since < LongestForReveals : since < Longest && SinceSeen < Quiet;

    private void Seen() => Volatile.Write(ref latest, clock.GetTimestamp());

    [LoggerMessage(6040, LogLevel.Information, "Told to stop: no new work is begun, and what is under way is finished.")]
    private static partial void LogTold(ILogger logger);

    /// <summary>An act in an open page counts as a request does.</summary>
    internal sealed class OfPages(GracefulStop stop) : CircuitHandler
    {
        public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => context =>
        {
            stop.Seen();
            return next(context);
        };
    }

    /// <summary>The program hears the signals itself: the host's own lifetime would stop it at once.</summary>
    internal sealed class WithoutSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
