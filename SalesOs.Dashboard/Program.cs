using System.Data.Common;
using System.Runtime.InteropServices;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error);
}

// The host hears signals only once it runs; whoever stops a start means it too.
using var told = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
try
{
    var starting = true;
    var builder = DashboardHost.CreateBuilder(args);
    builder.AddDashboard();
    // The host would log a start that fails with a stack trace; what people can mend is told in a line below, and the rest is thrown.
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => !starting && level >= LogLevel.Information);
    await using var app = builder.Build();
    app.UseDashboard();
    await app.PrepareAsync(told.Token);
    var graceful = app.Services.GetRequiredService<GracefulStop>();
    await using var stop = told.Token.Register(() => _ = graceful.RunAsync());
    try
    {
        await app.ListenAsync(told.Token);
        starting = false;
    }
    catch (DbException fault)
    {
        throw new StartupFaultException($"{app.Services.GetRequiredService<IDatabaseEngine>().Named} can't be read or written: {fault.Message}");
    }

    await app.WaitForShutdownAsync();
    return 0;
}
catch (OperationCanceledException) when (told.IsCancellationRequested)
{
    return 0;
}
catch (StartupFaultException fault)
{
    foreach (var line in fault.Faults)
    {
        await Console.Error.WriteLineAsync(line);
    }

    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    told.Cancel();
}
