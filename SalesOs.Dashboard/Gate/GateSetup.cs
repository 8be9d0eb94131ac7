namespace SalesOs.Dashboard.Gate;

public static class GateSetup
{
    public static IServiceCollection AddGate(this IServiceCollection services) => services
        .AddSingleton(provider => GateOptions.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<UnprovenBodies>()
        .AddSingleton<RequestGate>();
}
