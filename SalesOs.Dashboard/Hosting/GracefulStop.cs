namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Guarantee N5. Told to stop, the program first goes on serving for a moment: readiness is red, and every answer ends its connection, so that
/// nobody's next request meets a closed one. It stops once a second has passed without a request, after 5 s at the latest.
/// </summary>
internal sealed class GracefulStop : IHostedLifecycleService
{
    /// <summary>From the signal to the end of the process, drain and last writing included.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly IHostApplicationLifetime lifetime;
    private readonly TimeProvider clock = TimeProvider.System;
    private long latestRequest;

    public GracefulStop(IHostApplicationLifetime lifetime) => this.lifetime = lifetime;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            Volatile.Write(ref latestRequest, clock.GetTimestamp());
            context.Response.Headers.Connection = "close";
        }

        return next(context);
    }

    /// <summary>Before the server stops. Whoever stops the program from inside, and so not by a signal, has nobody to wait for.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }

        var told = clock.GetTimestamp();
        Interlocked.CompareExchange(ref latestRequest, told, 0);
        while (clock.GetElapsedTime(told) < Longest && clock.GetElapsedTime(Volatile.Read(ref latestRequest)) is var since && since < Quiet)
        {
            await Task.Delay(Quiet - since, clock, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
