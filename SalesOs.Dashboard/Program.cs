using Microsoft.AspNetCore.Connections;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;

try
{
    var builder = DashboardHost.CreateBuilder(args);
    builder.AddDashboard();
    await using var app = builder.Build();
    app.UseDashboard();
    await app.PrepareAsync();
    await app.RunAsync();
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
catch (IOException fault) when (fault.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"Urls: {fault.Message} Stop the other program, or choose another address.");
    return 1;
}
