using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn.BuiltInProvider;

namespace SalesOs.Dashboard.SignIn;

public static class SignInSetup
{
    /// <summary>Expects settings that <see cref="SignInSettings.Faults"/> finds nothing wrong with.</summary>
    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        // Without it the first sign-in after the provider has changed its keys fails.
        // https://github.com/AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet/issues/3192
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);

        var settings = SignInSettings.From(builder.Configuration, builder.Environment);
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton<ListeningAddress>();
        services.AddSingleton(s => new ProviderAddress(settings, s.GetRequiredService<ListeningAddress>()));
        services.AddSingleton(s => new CallerFactory(settings.Claims, s.GetRequiredService<RoleMapping>()));
        services.AddSingleton<RequestCallers>();
        services.AddSingleton<ServiceKeys>();
        services.AddSingleton<SignInMetrics>();
        services.AddSingleton<OpenCircuits>();
        services.AddStoredSessions();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<SessionChecks>();
        services.AddHostedService(s => s.GetRequiredService<SessionChecks>());
        services.AddHostedService<SessionSweeper>();
        services.AddSingleton<CircuitConnections>();
        services.AddSingleton<SignInEvents>();
        services.AddSingleton<AccessDeniedLog>();
        services.AddSingleton<ProviderReach>();
        services.AddSingleton<ProviderTokens>();
        services.AddSingleton<BackchannelLogout>();
        services.AddSingleton(s => new TenantChoice(s.GetRequiredService<Sessions>(), s.GetRequiredService<CallerFactory>(), s.GetRequiredService<SignInEvents>()));
        services.AddScoped<ProviderAnswers>();
        services.AddHttpContextAccessor();
        services.AddScoped<OpenCircuit>();
        services.AddScoped<CircuitHandler>(s => s.GetRequiredService<OpenCircuit>());
        services.AddScoped<SessionCaller, OpenSessionCaller>();
        services.AddScoped<SessionToken, CircuitSessionToken>();
        // The handler logs with a stack trace what anyone can bring about by a false callback; SignInEvents says the same in one line.
        builder.Logging.AddFilter(typeof(OpenIdConnectHandler).FullName, LogLevel.None);
        // The same of a forged form or its cookie; the form is answered with 400.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        AddSchemes(services, settings, builder.Environment.IsDevelopment());
        services.AddAuthorizationBuilder().AddPolicy(
            SignInSchemes.ApiPolicy,
            new AuthorizationPolicyBuilder(SignInSchemes.Api).RequireAuthenticatedUser().Build());
        if (settings.BuiltInProvider)
        {
            services.AddBuiltInProvider(settings);
            // It tells every step of every request, tokens' claims among them.
            builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        }
    }

    /// <summary>What the database holds of sign-in, also of a copy that is only looked through: the sessions, and the keys under which they are sealed.</summary>
    public static IServiceCollection AddStoredSessions(this IServiceCollection services)
    {
        // The name must not come from where the program lies: cookies hold after a move, and on every node.
        services.AddDataProtection().SetApplicationName("salesos-dashboard");
        services.AddOptions<KeyManagementOptions>().Configure<ProtectionKeys>((o, keys) => (o.XmlRepository, o.XmlEncryptor) = (keys, keys));
        return services
            .AddSingleton(s => new ProtectionKeys(
                s.GetRequiredService<Database>(), s.GetRequiredService<MasterKey>, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ProtectionKeys>>()))
            .AddSingleton<IWrappedKeys>(provider => provider.GetRequiredService<ProtectionKeys>())
            .AddSingleton<SessionTickets>()
            .AddSingleton<SessionRows>();
    }

    /// <summary>Before the first request, the database must be ready: of several nodes that start at once on an empty database, one makes the key that protects cookies.</summary>
    public static async Task OpenProtectionAsync(this IServiceProvider services, CancellationToken cancellationToken = default)
    {
        await using var alone = await services.GetRequiredService<Database>().TakeAsync("first protection key", cancellationToken);
        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("salesos/start").Protect([]);
    }

    /// <summary>After authentication: a circuit is opened for somebody signed in.</summary>
    public static void UseCircuitRules(this WebApplication app) => app.UseMiddleware<CircuitConnections>();

    public static void MapSignIn(this WebApplication app)
    {
        SignInRoutes.Map(app);
        if (app.Services.GetRequiredService<SignInSettings>().BuiltInProvider)
        {
            ProviderRoutes.Map(app);
        }
    }

    private static void AddSchemes(IServiceCollection services, SignInSettings settings, bool development)
    {
        services.AddAuthentication(SignInSchemes.ByPath)
            .AddPolicyScheme(SignInSchemes.ByPath, displayName: null, o => o.ForwardDefaultSelector = context =>
                SignInSchemes.IsForPrograms(context.Request.Path) ? SignInSchemes.Api : SignInSchemes.Session)
            .AddPolicyScheme(SignInSchemes.Api, displayName: null, o => o.ForwardDefaultSelector = ApiTokens.SchemeFor)
            .AddScheme<AuthenticationSchemeOptions, ServiceKeyHandler>(SignInSchemes.ServiceKey, configureOptions: null)
            .AddJwtBearer(SignInSchemes.Jwt, _ => { })
            .AddCookie(SignInSchemes.Session)
            .AddOpenIdConnect(SignInSchemes.Provider, _ => { });

        // Options are made with the first request, when the program knows where it listens.
        services.AddOptions<CookieAuthenticationOptions>(SignInSchemes.Session).Configure<Sessions, ListeningAddress>((o, sessions, listening) =>
            SessionCookie.Configure(o, sessions, settings, IsPlain(listening)));
        services.AddOptions<AntiforgeryOptions>().Configure<ListeningAddress>((o, listening) =>
        {
            const string Name = "salesos-antiforgery";
            o.Cookie.Name = IsPlain(listening) ? Name : SessionCookie.SecurePrefix + Name;
            o.Cookie.Path = "/";
            // "Always" would answer a request that came by http with a crash; a browser drops the cookie of this name there by itself.
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddOptions<OpenIdConnectOptions>(SignInSchemes.Provider).Configure<ProviderAddress, TimeProvider, ListeningAddress>((o, provider, time, listening) =>
            ProviderSignIn.Configure(o, settings, provider, time, IsPlain(listening)));
        services.AddOptions<JwtBearerOptions>(SignInSchemes.Jwt).Configure<ProviderAddress, TimeProvider>((o, provider, time) =>
            ApiTokens.Configure(o, settings, provider, time));

        // Over http browsers drop secure cookies; elsewhere a proxy may end TLS, so the listening address says nothing.
        bool IsPlain(ListeningAddress listening) => development && listening.Origin.Scheme == "http";
    }
}
