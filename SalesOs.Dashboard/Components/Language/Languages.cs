using System.Globalization;
using Microsoft.AspNetCore.Localization;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>The dashboard's languages, how a request's is chosen (cookie, then <c>Accept-Language</c>, then English), and the switch.</summary>
public static class Languages
{
    public static readonly IReadOnlyList<string> All = ["en", "pt-BR"];

    public static void Configure(RequestLocalizationOptions options)
    {
        options.SetDefaultCulture(All[0]).AddSupportedCultures([.. All]).AddSupportedUICultures([.. All]);
        options.RequestCultureProviders = [new CookieRequestCultureProvider(), new CustomRequestCultureProvider(AcceptedAsync)];
    }

    public static string SwitchAddress(string culture, string returnUrl) => $"/language/{culture}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    public static void MapLanguages(this WebApplication app) => app.MapGet("/language/{culture}", Switch).AllowAnonymous().ExcludeFromDescription();

    private static IResult Switch(string culture, string? returnUrl, HttpContext context)
    {
        if (!All.Contains(culture, StringComparer.Ordinal))
        {
            return Results.NotFound();
        }

        context.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps });
        context.Response.Headers.CacheControl = "no-store";
        return Results.LocalRedirect(LocalUrl.Or(returnUrl));
    }

    /// <summary>Any Portuguese reads the Brazilian text: the framework's own provider would give a browser set to <c>pt</c> or <c>pt-PT</c> English.</summary>
    private static Task<ProviderCultureResult?> AcceptedAsync(HttpContext context)
    {
        var accepted = context.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.Value is { } tag && tag.StartsWith("pt", StringComparison.OrdinalIgnoreCase) ? "pt-BR"
                : l.Value.Value is { } other && other.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en"
                : null)
            .FirstOrDefault(l => l is not null);
        return Task.FromResult(accepted is null ? null : new ProviderCultureResult(accepted));
    }

    public static string Name(string culture) => CultureInfo.GetCultureInfo(culture).NativeName is { Length: > 0 } name && culture != "pt-BR" ? name : "Português (Brasil)";
}
