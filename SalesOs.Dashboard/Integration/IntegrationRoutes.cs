using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Integration;

/// <summary>What keys open. Every route here is behind the gate.</summary>
public static class IntegrationRoutes
{
    public static void MapIntegration(this IEndpointRouteBuilder routes)
    {
        var signed = routes.MapGroup("").AnswersHeadAsGet();
        signed.MapWhoAmI();
        signed.MapDefaultIntegration();
        signed.MapLeads();
        // Built now: what each route needs is asked for before the first request comes.
        _ = routes.DataSources.Last().Endpoints;
    }

    /// <summary>The answer to a body that can't be read; whoever mends it may send the same signature again.</summary>
    internal static IResult Unread(this SignedCall call, Problem problem)
    {
        call.IsUnread = true;
        return Envelope.Error(problem);
    }

    /// <summary>The data that the key which signed the call may touch.</summary>
    internal static DataPartition Partition(this SignedCall call) => new(call.Key.TenantId, call.Key.Environment switch
    {
        KeyEnvironment.Live => DataEnvironment.Live,
        KeyEnvironment.Test => DataEnvironment.Test,
    });
}
