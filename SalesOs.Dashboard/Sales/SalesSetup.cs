using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

public static class SalesSetup
{
    public static IServiceCollection AddSales(this IServiceCollection services) => services
        .AddSingleton<CollaboratorSync>()
        .AddSingleton<ActivitySync>()
        .AddSingleton<LeadService>()
        .AddSingleton<IFoldedRows, FoldedSales>();
}
