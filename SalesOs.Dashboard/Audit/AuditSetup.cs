using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

public static class AuditSetup
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditSigner>()
        .AddSingleton<IWrappedKeys>(provider => provider.GetRequiredService<AuditSigner>())
        .AddSingleton<AuditLog>()
        .AddSingleton<AuditVerification>()
        .AddSingleton<AuditQueries>()
        .AddSingleton<AuditPeople>()
        .AddSingleton<AuditExporter>()
        .AddSingleton<PersonErasure>()
        .AddSingleton<PersonDepartures>()
        .AddSingleton(provider => AuditOptions.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<AuditPruning>()
        .AddSingleton<AuditKeeper>()
        .AddHostedService(provider => provider.GetRequiredService<AuditKeeper>());

    /// <summary>Opens the signing key; the database must be ready and the master key proven.</summary>
    /// <exception cref="StartupFaultException">The signing key does not open.</exception>
    public static Task OpenAuditAsync(this IServiceProvider services) => services.GetRequiredService<Database>().WriteAsync(AuditLog.Platform, async db =>
    {
        await services.GetRequiredService<AuditSigner>().OpenAsync(db);
        return true;
    });
}
