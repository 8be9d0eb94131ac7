using System.Data.Common;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Api;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Components;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Hosting.Demo;
using SalesOs.Dashboard.Integration;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.Sales;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Hosting;

/// <summary>Composes the program: settings, services, the pipeline and the routes.</summary>
public static class DashboardHost
{
    /// <exception cref="StartupFaultException">A settings file is not JSON.</exception>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        try
        {
            return WebApplication.CreateBuilder(new WebApplicationOptions
            {
                Args = args,
                // appsettings.json is linked from the top of the repository; this is where every way to start the program finds it.
                ContentRootPath = AppContext.BaseDirectory,
            });
        }
        catch (InvalidDataException fault)
        {
            throw new StartupFaultException($"{fault.Message} {fault.GetBaseException().Message}");
        }
    }

    /// <exception cref="StartupFaultException">A setting is wrong.</exception>
    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        SettingsFaults.ThrowIfAny(builder.Configuration, builder.Environment);
        builder.AddKestrel();
        builder.Services.AddSingleton(TimeProvider.System);
        var isShared = ClusterOptions.IsShared(builder.Configuration);
        builder.Services.AddDatabase(builder.Configuration, builder.Environment.ContentRootPath, isShared);
        builder.Services.AddSingleton<IStoreProof, StoreProof>();
        builder.Services.AddSingleton<RoleMapping>();
        builder.Services.AddCluster(builder.Configuration);
        builder.Services.AddApiKeys();
        if (isShared)
        {
            builder.Services.AddSharedKeys();
        }

        builder.Services.AddNotices();
        builder.Services.AddUsage();
        builder.Services.AddSingleton<IOwnListener, OwnListener>();
        builder.Services.AddReviews();
        builder.Services.AddGate();
        builder.Services.AddSales();
        builder.Services.AddSingleton<RepeatedEvents>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RepeatedEvents>());
        builder.Services.AddSingleton<UnknownSettings>();
        builder.Services.AddSingleton<RepeatedLines>();
        RequestAddress.AddTo(builder.Services);
        SentForms.AddTo(builder.Services);
        builder.Services.AddSingleton<SettingsWatch>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SettingsWatch>());
        builder.Services.AddHealth();
        if (isShared)
        {
            builder.Services.AddSharedHealth();
        }

        builder.Services.AddRequestLimits();
        builder.Services.AddApiCors(ApiOptions.From(builder.Configuration));
        builder.Services.AddApiDocument();
        builder.Services.AddSingleton<SecurityHeaders>();
        builder.Services.AddSingleton<GracefulStop>();
        builder.Services.AddScoped<CircuitHandler, GracefulStop.OfPages>();
        builder.Services.AddSingleton<IHostLifetime, GracefulStop.WithoutSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = GracefulStop.Limit);
        builder.AddTelemetry();
        builder.AddSignIn();
        builder.AddComponents();
    }

    public static void UseDashboard(this WebApplication app)
    {
        // First of all: whatever happens, the request has its id.
        app.Use((context, next) =>
        {
            RequestId.Assign(context);
            return next(context);
        });
        app.Use(app.Services.GetRequiredService<GracefulStop>().InvokeAsync);
        // Before anything looks at the caller's address.
        app.UseProxies();
        // Before anything makes an address of it.
        app.UseMiddleware<RequestAddress>();
        app.UseMiddleware<CrashAnswers>();
        // Outside the pages, which would read the form once more to show one in place of a bare error.
        app.UseMiddleware<SentForms>();
        app.UsePages();
        // Inside the pages' handlers, which clear the headers and run what follows once more.
        app.UseMiddleware<SecurityHeaders>();
        app.UseRouting();
        // Nothing of a signed-in person is kept by a cache; static files say themselves how long they hold.
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            {
                // With "no-store" alone antiforgery would correct it, and warn, on every page.
                context.Response.Headers.CacheControl = "no-cache, no-store";
            }

            return next(context);
        });
        // A signed request is decided and answered here: sessions and forgery tokens are not its business.
        app.UseMiddleware<GateMiddleware>();
        app.UseApiCors();
        app.UseSignInLimit();
        app.UseAuthentication();
        app.UseCircuitRules();
        app.UseAuthorization();
        app.UseCallerLimit();
        app.UseAntiforgery();
        app.MapHealth();
        app.MapSecurityContact();
        app.MapSignIn();
        app.MapManagement();
        app.MapIntegration();
        app.MapApiDocument();
        app.MapComponents();
    }

    /// <summary>Takes the database for this process, opens it and fills the ring; after this the program may take requests.</summary>
    /// <exception cref="StartupFaultException">The database or the master key can't be used.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop meanwhile.</exception>
    public static async Task PrepareAsync(this WebApplication app, CancellationToken cancellationToken = default)
    {
        // Before anything that a mistyped name may be the cause of.
        app.Services.GetRequiredService<UnknownSettings>().Tell();
        var engine = app.Services.GetRequiredService<IDatabaseEngine>();
        var proof = app.Services.GetRequiredService<IStoreProof>();
        try
        {
            await engine.OpenAsync(app.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>(), proof, app.Configuration, cancellationToken);
            await app.Services.OpenKeysAsync(cancellationToken);
            await app.Services.OpenProtectionAsync(cancellationToken);
            await engine.WatchAsync(app.Services.GetRequiredService<Database>(), proof);
            await app.Services.GetRequiredService<FoldedColumns>().FoldAnewAsync(cancellationToken);
            await OpenSharedMemoryAsync(app.Services, cancellationToken);
            if (SettingsFaults.Demo.Of(app.Configuration))
            {
                await using var alone = await app.Services.GetRequiredService<Database>().TakeAsync("demo data", cancellationToken);
                await DemoData.FillAsync(app.Services);
            }

            await OpenOwnMemoryAsync(app.Services, engine, cancellationToken);
            await app.Services.GetRequiredService<SettingsWatch>().BeginAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (DbException fault)
        {
            throw new StartupFaultException($"{engine.Named} can't be read or written: {fault.Message}");
        }
    }

    /// <summary>Where nodes share what the gate remembers: finds Redis, and says that this node is there.</summary>
    private static async Task OpenSharedMemoryAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetRequiredService<IGateMemory>() is RedisMemory memory)
        {
            var nodes = services.GetService<NodeRegister>();
            if (nodes is not null)
            {
                // First, since who arms Redis waits for the others.
                var feed = services.GetRequiredService<SharedFeed>();
                await nodes.BeginAsync(() => (!memory.IsAway, feed.IsOpen), cancellationToken);
            }

            await memory.BeginAsync(cancellationToken);
            if (nodes is not null)
            {
                // What was changed while the keys were read; from here on this node has what the others wait for.
                await services.GetRequiredService<KeyFollower>().CatchUpAsync(cancellationToken);
            }
        }
    }

    /// <summary>Puts back what this process remembered, from where it was left.</summary>
    private static async Task OpenOwnMemoryAsync(IServiceProvider services, IDatabaseEngine engine, CancellationToken cancellationToken)
    {
        if (services.GetRequiredService<IGateMemory>() is OwnMemory memory)
        {
            services.GetRequiredService<ReplayMemory>().Open(
                engine.FileBeside(".replays"),
                Convert.FromHexString(services.GetRequiredService<AuditSigner>().KeyId),
                services.GetRequiredService<KeyRing>().Count > 0);
            await services.GetRequiredService<UsageStore>().RestoreAsync(memory, cancellationToken);
        }
    }
}
