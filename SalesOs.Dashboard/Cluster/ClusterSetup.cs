using Microsoft.Extensions.DependencyInjection.Extensions;

namespace SalesOs.Dashboard.Cluster;

public static class ClusterSetup
{
    /// <summary>The gate's memory and the feed: this process's own, or what several nodes share where Redis is set. The choice falls here.</summary>
    public static IServiceCollection AddCluster(this IServiceCollection services, IConfiguration configuration)
    {
        var options = ClusterOptions.From(configuration);
        return options.Redis is null ? services.AddOwnMemory(options).AddSingleton<IFeed, OwnFeed>() : services.AddRedisMemory(options).AddSharedFeed();
    }

    public static IServiceCollection AddRedisMemory(this IServiceCollection services, ClusterOptions options) => services
        .AddSingleton(options)
        .AddSingleton<RedisMemory>()
        .Replace(ServiceDescriptor.Singleton<IGateMemory>(provider => provider.GetRequiredService<RedisMemory>()))
        .AddShortMemory()
        .Replace(ServiceDescriptor.Singleton<IShortMemory, RedisShortMemory>());

    private static IServiceCollection AddSharedFeed(this IServiceCollection services) => services
        .AddSingleton<NodeRegister>()
        .AddHostedService(provider => provider.GetRequiredService<NodeRegister>())
        .AddSingleton<SharedFeed>()
        .AddSingleton<IFeed>(provider => provider.GetRequiredService<SharedFeed>())
        .AddHostedService(provider => provider.GetRequiredService<SharedFeed>());

    private static IServiceCollection AddOwnMemory(this IServiceCollection services, ClusterOptions options) => services
        .AddSingleton(options)
        .AddSingleton<ReplayMemory>()
        .AddSingleton<OwnMemory>()
        .AddSingleton<IGateMemory>(provider => provider.GetRequiredService<OwnMemory>())
        .AddHostedService<ReplaySweeper>()
        .AddShortMemory();

    private static IServiceCollection AddShortMemory(this IServiceCollection services)
    {
        services.TryAddSingleton<OwnShortMemory>();
        services.TryAddSingleton<IShortMemory>(provider => provider.GetRequiredService<OwnShortMemory>());
        return services;
    }
}
