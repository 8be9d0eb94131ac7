using System.Data.Common;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error);
}

try
{
    var starting = true;
    var builder = DashboardHost.CreateBuilder(args);
    builder.AddDashboard();
    // The host would log a start that fails with a stack trace; what people can mend is told in a line below, and the rest is thrown.
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => !starting && level >= LogLevel.Information);
    await using var app = builder.Build();
    app.UseDashboard();
    await app.PrepareAsync();
    try
    {
        await app.ListenAsync();
        starting = false;
    }
    catch (DbException fault)
    {
        throw new StartupFaultException($"Data:Directory: the database can't be read or written: {fault.Message}");
    }

    await app.WaitForShutdownAsync();
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
