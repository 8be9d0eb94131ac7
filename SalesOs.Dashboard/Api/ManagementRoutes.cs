using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>What programs manage. Every route here demands a caller; what they may do is the domain's to say.</summary>
public static class ManagementRoutes
{
    public static void MapManagement(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1").RequireAuthorization(SignInSchemes.ApiPolicy).DisableAntiforgery().AnswersHeadAsGet();
        api.AddEndpointFilter<AccessDeniedFilter>();
        api.MapApiKeys();
        api.MapKeyUsage();
        api.MapAudit();
        api.MapPeople();
    }
}
