namespace SalesOs.Dashboard.Usage;

public static class UsageSetup
{
    public static IServiceCollection AddUsage(this IServiceCollection services) => services
        .AddSingleton(provider => UsageOptions.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<UsageRecorder>()
        .AddSingleton<UsageStore>()
        .AddSingleton<UsageWriter>()
        .AddHostedService(provider => provider.GetRequiredService<UsageWriter>());
}
