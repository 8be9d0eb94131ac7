using Microsoft.AspNetCore.Http.Metadata;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>What programs manage. Every route here demands a caller; what they may do is the domain's to say.</summary>
public static class ManagementRoutes
{
    public static void MapManagement(this IEndpointRouteBuilder routes)
    {
        // Without them there is nothing at their addresses, and the document does not tell of them.
        if (!routes.ServiceProvider.GetRequiredService<ApiOptions>().Enabled)
        {
            return;
        }

        var api = routes.MapGroup("/v1").RequireAuthorization(SignInSchemes.ApiPolicy).DisableAntiforgery().AnswersHeadAsGet();
        api.AllowNamedOrigins();
        api.AddEndpointFilter<ManagementFilter>();
        ((IEndpointConventionBuilder)api).Finally(HideResult);
        api.MapKeyList();
        api.MapApiKeys();
        api.MapBrownOuts();
        api.MapRotations();
        api.MapKeyUsage();
        api.MapForecast();
        api.MapAudit();
        api.MapPeople();
        api.MapNotices();
        api.MapPolicy();
        api.MapApprovals();
        api.MapOwners();
        api.MapReviews();
    }

    /// <summary>The type of a handler is not that of the answer, which <see cref="ManagementFilter"/> makes: the document must not tell of it.</summary>
    private static void HideResult(EndpointBuilder endpoint)
    {
        foreach (var told in endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Where(metadata => metadata.Type == typeof(Result<IResult>)).ToList())
        {
            endpoint.Metadata.Remove(told);
        }
    }
}
