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
