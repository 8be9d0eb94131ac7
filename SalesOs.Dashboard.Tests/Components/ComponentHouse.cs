using System.Globalization;
using Bunit;
using FluentValidation;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Components.KeyDetail.Forecasts;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Policies;
using SalesOs.Dashboard.Components.Keys.Silence;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Tests.Components;

/// <summary>Where a component is rendered alone: its services, a clock at noon of 2026-11-22, English words, and a browser that says yes.</summary>
public abstract class ComponentHouse : BunitContext
{
    private static readonly Guid Ana = Guid.CreateVersion7();

    private readonly CultureInfo before = CultureInfo.CurrentCulture;
    private readonly CultureInfo beforeUi = CultureInfo.CurrentUICulture;

    protected ComponentHouse()
    {
        Speak("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<Stopping>();
        Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Roles:owner"] = "admin.integrations audit.integrations",
            ["Roles:auditor"] = "audit.integrations",
            ["Roles:manager"] = "",
        }).Build());
        Services.AddSingleton<RoleMapping>();
        Services.AddSingleton<IValidator<NewKey>, NewKeyValidator>();
        Services.AddSingleton<IValidator<KeyEdit>, KeyEditValidator>();
        Services.AddSingleton<IValidator<KeyRotation>, KeyRotationValidator>();
        Services.AddSingleton<IValidator<KeyPause>>(new KeyPauseValidator(Clock));
        Services.AddSingleton(new SiteOptions(Label: null, ApiAddress: null));
        Services.AddScoped<ApiAddress>();
        Services.AddScoped(typeof(Words<>));
        Services.AddScoped<PassingTime>();
        Services.AddScoped<UserTimeZone>();
        Services.AddScoped<RelativeTime>();
        Services.AddScoped<FaultWords>();
        Services.AddScoped(_ => new ShownPolicy(() => Task.FromResult<KeyPolicy?>(Policy), Clock, NullLogger<ShownPolicy>.Instance));
        Services.AddScoped<PolicyWords>();
        Services.AddScoped<SilenceWords>();
        Services.AddScoped<SettingWords>();
        Services.AddScoped<ForecastWords>();
        Services.AddScoped<RejectionReasons>();
        Services.AddScoped<UsageTimes>();
    }

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    /// <summary>What the tenant demands; null: it can't be had.</summary>
    protected KeyPolicy? Policy { get; set; } = KeyPolicy.None;

    protected static void Speak(string culture)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
    }

    protected ApiKeyView Key(string name = "CRM sync", KeyStatus status = KeyStatus.Active, IReadOnlyList<string>? scopes = null, DateTimeOffset? expiresAt = null, long usage = 0) => new(
        Guid.CreateVersion7(),
        name,
        "sk_live_a1b2c3d4",
        "o5p6",
        KeyEnvironment.Live,
        scopes ?? [Scopes.LeadsRead],
        1000,
        [],
        SingleUse: true,
        status,
        expiresAt,
        Clock.GetUtcNow().AddDays(-3),
        "ana@acme.test",
        RevokedAt: null,
        RevokedBy: null,
        RevokeReason: null,
        RotatedFrom: null,
        RotatedTo: null,
        Notes: null,
        LastUsedAt: usage > 0 ? Clock.GetUtcNow().AddMinutes(-3) : null,
        LastUsedIp: usage > 0 ? "203.0.113.7" : null,
        LastUsedAgent: null,
        usage,
        Version: 1)
    {
        Owner = new KeyOwner(Ana, "ana@acme.test", IsTeam: false, IsGone: false),
    };

    protected async Task<IRenderedComponent<MudDialogProvider>> ShowAsync<TDialog>(DialogParameters<TDialog> parameters)
        where TDialog : IComponent
    {
        var host = Render<MudDialogProvider>();
        await host.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<TDialog>("dialog", parameters));
        return host;
    }

    protected override void Dispose(bool disposing)
    {
        CultureInfo.CurrentCulture = before;
        CultureInfo.CurrentUICulture = beforeUi;
        base.Dispose(disposing);
    }
}
