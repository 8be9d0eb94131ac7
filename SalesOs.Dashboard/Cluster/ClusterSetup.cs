namespace SalesOs.Dashboard.Cluster;

public static class ClusterSetup
{
    /// <summary>The gate's memory, which is this process's own.</summary>
    public static IServiceCollection AddCluster(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(ClusterOptions.From(configuration))
        .AddSingleton<ReplayMemory>()
        .AddSingleton<OwnMemory>()
        .AddSingleton<IGateMemory>(provider => provider.GetRequiredService<OwnMemory>())
        .AddHostedService<ReplaySweeper>();
}
