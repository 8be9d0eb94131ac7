using System.IO.Compression;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.ResponseCompression;
using MudBlazor;
using MudBlazor.Services;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Approvals;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Components.Guide;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Components.KeyDetail.BrownOuts;
using SalesOs.Dashboard.Components.KeyDetail.Forecasts;
using SalesOs.Dashboard.Components.KeyDetail.Rotations;
using SalesOs.Dashboard.Components.KeyList;
using SalesOs.Dashboard.Components.KeyList.Find;
using SalesOs.Dashboard.Components.KeyList.More;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Owners;
using SalesOs.Dashboard.Components.Keys.Pause;
using SalesOs.Dashboard.Components.Keys.Policies;
using SalesOs.Dashboard.Components.Keys.Silence;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Components.Reviews;
using SalesOs.Dashboard.Components.Sandbox;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components;

/// <summary>The dashboard: its services, its pages, its static files and the language switch.</summary>
public static class ComponentsSetup
{
    /// <summary>Circuits whose connection is lost, of all people together; the oldest is given up first, and its page begins anew.</summary>
    private const int RetainedCircuits = 200;

    /// <summary>Bytes that a page may send at once; also what bounds how deeply a message can be nested.</summary>
    private const int LargestMessage = 32 * 1024;

    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(3);

    public static void AddComponents(this WebApplicationBuilder builder)
    {
        // Outside Development the host would look for wwwroot beside the built program and find none; a published one has it, and this does nothing.
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);

        // A build that was not published would also answer for every address that no route has, and turn a 404 into a 405.
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("DisableStaticAssetNotFoundRuntimeFallback", "true")]);

        builder.Services.AddAntiforgery();
        builder.Services.AddResponseCompression(compression =>
        {
            // Pages alone: files are compressed beforehand. A page holds no credential that stays the same from one answer to the next (its forgery token is sealed
            // anew for each), so that its size tells nothing, and nobody else can frame it or have it asked for with the reader's cookie.
            compression.MimeTypes = ["text/html"];
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Optimal);
        builder.Services.AddLocalization();
        builder.Services.Configure<RequestLocalizationOptions>(Languages.Configure);
        builder.Services.AddRazorComponents()
            .AddInteractiveServerComponents(circuits =>
            {
                circuits.DisconnectedCircuitMaxRetained = RetainedCircuits;
                circuits.DisconnectedCircuitRetentionPeriod = Retention;
                // What a page shows stands in its address; a state kept beyond its circuit could come back to another identity.
                circuits.PersistedCircuitInMemoryMaxRetained = 0;
            })
            .AddHubOptions(hub =>
            {
                hub.MaximumReceiveMessageSize = LargestMessage;
                hub.MaximumParallelInvocationsPerClient = 1;
            });
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddMudServices(settings =>
        {
            settings.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            settings.SnackbarConfiguration.VisibleStateDuration = 6000;
            settings.SnackbarConfiguration.ShowCloseIcon = true;
            settings.SnackbarConfiguration.SnackbarVariant = Variant.Filled;
        });
        builder.Services.AddTransient<MudLocalizer, MudWords>();
        builder.Services.AddScoped<RevealCue>();
        builder.Services.AddScoped(typeof(Words<>));
        builder.Services.AddSingleton(SiteOptions.From(builder.Configuration));
        builder.Services.AddScoped<ApiAddress>();
        builder.Services.AddScoped<PassingTime>();
        builder.Services.AddScoped<UserTimeZone>();
        builder.Services.AddScoped<RelativeTime>();
        builder.Services.AddScoped<FaultWords>();
        builder.Services.AddScoped(provider => new ShownPolicy(
            async () => await provider.GetRequiredService<SessionCaller>().PeekAsync() is { } caller
                ? (await provider.GetRequiredService<KeyPolicies>().GetAsync(caller)).Value?.Policy
                : null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ShownPolicy>>()));
        builder.Services.AddScoped<PolicyWords>();
        builder.Services.AddScoped<ApprovalFacts>();
        builder.Services.AddScoped<SilenceWords>();
        builder.Services.AddScoped<LiveLoads>();
        builder.Services.AddScoped<Dialogs>();
        builder.Services.AddScoped<KeyActions>();
        builder.Services.AddScoped<PauseActions>();
        builder.Services.AddScoped<OwnerActions>();
        builder.Services.AddScoped<ReviewActions>();
        builder.Services.AddScoped<BrownOutActions>();
        builder.Services.AddScoped<RotationActions>();
        builder.Services.AddScoped<ListActions>();
        builder.Services.AddScoped<KeySearch>();
        builder.Services.AddScoped<StopReport>();
        builder.Services.AddTransient<ShownKeys>();
        builder.Services.AddScoped<KeyEdits>();
        builder.Services.AddScoped<ForecastWords>();
        builder.Services.AddSingleton(typeof(Handover<>));
        builder.Services.AddSingleton<KeyScreens>();
        builder.Services.AddScoped<SettingWords>();
        builder.Services.AddScoped<RejectionReasons>();
        builder.Services.AddScoped<UsageTimes>();
        builder.Services.AddScoped<EntryFacts>();
        builder.Services.AddSingleton<NoticesScreens>();
        builder.Services.AddScoped<NoticeActions>();
        builder.Services.AddScoped<EventWords>();
        builder.Services.AddScoped<SandboxKeys>();
        builder.Services.AddSingleton<GuidePages>();
        builder.Services.AddScoped<GuideText>();
    }

    /// <summary>
    /// The reader's language, and pages in place of bare errors: before routing, so that a second run finds the page. Programs get the envelope from
    /// elsewhere, and the circuit's own calls their bare status.
    /// </summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseRequestLocalization();
        // Whoever asks for the headers alone gets those of the page; the server leaves the body out.
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method) && IsForPeople(context))
            {
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
        app.UseWhen(IsForPeople, people =>
        {
            people.UseResponseCompression();
            people.UseExceptionHandler("/error", createScopeForErrors: true);
            people.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        });
    }

    public static void MapComponents(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous().Add(KeepForAYear);
        app.MapLanguages();
        app.MapAuditDownload();
        app.MapGuide();
        app.MapKeyDownload();
        app.MapReceiptDownload();
        app.MapReviewDownload();
        app.MapGet("/", () => TypedResults.LocalRedirect("~" + KeyLinks.List)).RequireAuthorization().ExcludeFromDescription();
        // Who may be framed, and all else of the policy, is Hosting's to say once for every answer.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
    }

    /// <summary>
    /// A file that is asked for in a version stays as it is. Fingerprinted names say so by themselves; what a package or a style sheet names, which know no
    /// fingerprints, is asked for with <c>?v=</c>.
    /// </summary>
    private static void KeepForAYear(EndpointBuilder endpoint)
    {
        var serve = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            if (context.Request.Query.ContainsKey("v"))
            {
                context.Response.OnStarting(() =>
                {
                    if (context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                    {
                        context.Response.Headers.CacheControl = "max-age=31536000, immutable";
                    }

                    return Task.CompletedTask;
                });
            }

            return serve(context);
        };
    }

    private static bool IsForPeople(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && !SignInSchemes.IsForPrograms(context.Request.Path)
        && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments("/_framework", StringComparison.Ordinal);
}
