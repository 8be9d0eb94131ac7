namespace SalesOs.Dashboard.Components;

public static class ComponentsSetup
{
    public static void AddComponents(this WebApplicationBuilder builder) => builder.Services.AddAntiforgery();

    public static void MapComponents(this WebApplication app)
    {
    }
}
