using FluentValidation;
using SalesOs.Dashboard.Usage.Forecasts;
using SalesOs.Dashboard.Usage.Revocations;
using SalesOs.Dashboard.Usage.Rotations;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Usage;

public static class UsageSetup
{
    public static IServiceCollection AddUsage(this IServiceCollection services) => services
        .AddSingleton(provider => UsageOptions.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<UsageRecorder>()
        .AddSingleton<SharedFigures>()
        .AddSingleton<UsageWatch>()
        .AddSingleton<UsageStore>()
        .AddSingleton<UsageRetention>()
        .AddSingleton<UsageQuery>()
        .AddSingleton<StopFactsQuery>()
        .AddSingleton<RhythmQuery>()
        .AddSingleton<IValidator<Proposal>, ProposalValidator>()
        .AddSingleton<ForecastQuery>()
        .AddSingleton<ExcessMarker>()
        .AddHostedService(provider => provider.GetRequiredService<ExcessMarker>())
        .AddSingleton<RejectionRecorder>()
        .AddSingleton<RejectionStore>()
        .AddSingleton<RejectionQuery>()
        .AddSingleton<BrownOutQuery>()
        .AddSingleton<UsageMetrics>()
        .AddSingleton<OwnProbes>()
        .AddSingleton<RevocationReceipts>()
        .AddSingleton<RevocationProber>()
        .AddHostedService(provider => provider.GetRequiredService<RevocationProber>())
        .AddSingleton<Cluster.IGateRecord, GateRecord>()
        .AddSingleton<Audit.IPersonTraces, KeyTraces>()
        .AddSingleton<UsageWriter>()
        .AddHostedService(provider => provider.GetRequiredService<UsageWriter>())
        .AddSingleton<WrittenCounts>()
        .AddSingleton<RotationQuery>()
        .AddSingleton<RotationEnds>()
        .AddHostedService(provider => provider.GetRequiredService<RotationEnds>())
        .AddSingleton<SilenceWatch>()
        .AddHostedService(provider => provider.GetRequiredService<SilenceWatch>())
        .AddSingleton<UsageSweeper>()
        .AddHostedService(provider => provider.GetRequiredService<UsageSweeper>());
}
