namespace SalesOs.Dashboard.Integration;

public static class IntegrationRoutes
{
    public static void MapIntegration(this IEndpointRouteBuilder routes)
    {
    }
}
