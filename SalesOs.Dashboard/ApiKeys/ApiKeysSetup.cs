using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

public static class ApiKeysSetup
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services) => services
        .AddAudit()
        .AddSingleton<Stopping>()
        .AddSingleton<KeyNames>()
        .AddSingleton<IEntryKeys>(provider => provider.GetRequiredService<KeyNames>())
        .AddSingleton(provider => ApiKeyOptions.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<IValidator<NewKey>, NewKeyValidator>()
        .AddSingleton<IValidator<KeyEdit>, KeyEditValidator>()
        .AddSingleton<IValidator<KeyRotation>, KeyRotationValidator>()
        .AddSingleton<IValidator<KeyPause>, KeyPauseValidator>()
        .AddSingleton(LoadMasterKey)
        .AddSingleton<Vault>()
        .AddSingleton<IWrappedKeys>(provider => provider.GetRequiredService<Vault>())
        .AddSingleton<MasterKeyChange>()
        .AddHostedService(provider => provider.GetRequiredService<MasterKeyChange>())
        .AddSingleton<IFoldedRows, FoldedKeys>()
        .AddSingleton<KeyRing>()
        .AddSingleton<PendingReveals>()
        .AddSingleton<KeyReveals>()
        .AddSingleton<KeyRingLoader>()
        .AddSingleton<KeyRenewal>()
        .AddSingleton<KeyFeed>()
        .AddSingleton<KeyMaker>()
        .AddSingleton<ExpiryRecorder>()
        .AddHostedService(provider => provider.GetRequiredService<ExpiryRecorder>())
        .AddSingleton<IValidator<BrownOutPlan>, BrownOutPlanValidator>()
        .AddSingleton<BrownOutLog>()
        .AddHostedService(provider => provider.GetRequiredService<BrownOutLog>())
        .AddSingleton<KeyBrownOuts>()
        .AddSingleton<PauseEnds>()
        .AddHostedService(provider => provider.GetRequiredService<PauseEnds>())
        .AddSingleton<KeyPauses>()
        .AddSingleton<IValidator<RotationOverlap>, RotationOverlapValidator>()
        .AddSingleton<KeyRotations>()
        .AddSingleton<KeyOwners>()
        .AddSingleton<IValidator<KeyPolicy>, KeyPolicyValidator>()
        .AddSingleton<SecondPerson>()
        .AddSingleton<KeyPolicies>()
        .AddSingleton<PolicyForecasts>()
        .AddSingleton<PolicyEnforcer>()
        .AddHostedService(provider => provider.GetRequiredService<PolicyEnforcer>())
        .AddSingleton<IPersonTraces, ApprovalTraces>()
        .AddSingleton<ApprovalEnds>()
        .AddHostedService(provider => provider.GetRequiredService<ApprovalEnds>())
        .AddSingleton<KeyApprovals>()
        .AddSingleton<ApiKeyService>()
        .AddSingleton<KeyOverview>()
        .AddSingleton<WholeKeyQuery>()
        .AddSingleton<LeakedSecretQuery>()
        .AddSingleton<KeyExporter>()
        .AddSingleton<BulkRevocation>();

    /// <summary>What a node needs beside, whose keys other nodes change too.</summary>
    public static IServiceCollection AddSharedKeys(this IServiceCollection services) => services
        .AddSingleton<KeyFollower>()
        .AddHostedService(provider => provider.GetRequiredService<KeyFollower>());

    /// <summary>Opens the vault, under a new master key if there is one, and fills the ring; the database must be ready.</summary>
    /// <exception cref="StartupFaultException">The master key is missing, wrong, or open to others.</exception>
    public static async Task OpenKeysAsync(this IServiceProvider services, CancellationToken cancellationToken = default)
    {
        await services.GetRequiredService<MasterKeyChange>().RunAsync();
        await services.GetRequiredService<Vault>().ProveAsync(services.GetRequiredService<Database>());
        await services.OpenAuditAsync();
        if (services.GetService<KeyFollower>() is { } follower)
        {
            await follower.BeginAsync(cancellationToken);
        }

        await services.GetRequiredService<KeyRingLoader>().LoadAsync(cancellationToken);
    }

    private static MasterKey LoadMasterKey(IServiceProvider services)
    {
        var database = services.GetRequiredService<Database>();
        using var db = database.Read(tenantId: null);
        var empty = !db.Set<TenantDataKey>().IgnoreQueryFilters().Any() && !db.Set<ApiKey>().IgnoreQueryFilters().Any();
        return MasterKey.Load(services.GetRequiredService<IConfiguration>(), database.Engine.Directory, mayBeMade: empty && database.Engine.MakesMasterKey);
    }
}
