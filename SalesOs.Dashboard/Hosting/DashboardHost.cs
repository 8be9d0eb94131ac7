using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Integration;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Sales;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Hosting;

/// <summary>Composes the program: settings, services, the pipeline and the routes.</summary>
public static class DashboardHost
{
    public static WebApplicationBuilder CreateBuilder(string[] args) => WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = args,
        // appsettings.json is linked from the top of the repository; this is where every way to start the program finds it.
        ContentRootPath = AppContext.BaseDirectory,
    });

    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        var location = DatabaseLocation.From(builder.Configuration, builder.Environment.ContentRootPath);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase(location);
        builder.Services.AddSingleton<RoleMapping>();
        builder.Services.AddApiKeys();
        builder.Services.AddUsage();
        builder.Services.AddGate();
        builder.Services.AddSales();
        builder.AddSignIn();
        builder.AddComponents();
    }

    public static void UseDashboard(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            RequestId.Assign(context);
            return next(context);
        });
        app.UseRouting();
        app.UseMiddleware<GateMiddleware>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapSignIn();
        app.MapIntegration();
        app.MapComponents();
    }

    /// <summary>Opens the database; after this the program may take requests.</summary>
    public static async Task PrepareAsync(this WebApplication app)
    {
        var location = app.Services.GetRequiredService<DatabaseLocation>();
        SqliteSetup.MakeDirectory(location);
        await SqliteSetup.PrepareAsync(location, app.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>(), CancellationToken.None);
        await app.Services.OpenKeysAsync();
        await app.Services.GetRequiredService<UsageStore>().RestoreAsync();
    }
}
