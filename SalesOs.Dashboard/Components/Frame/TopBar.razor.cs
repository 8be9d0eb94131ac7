using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;
using SalesOs.Dashboard.Components.Frame.Token;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>Tenant, language, theme, account. The panels are native popovers: they open before the circuit is there.</summary>
public sealed partial class TopBar
{
    /// <summary>Null while nobody is known, which lasts no longer than the way to the sign-in.</summary>
    [Parameter]
    public CurrentUser? CurrentUser { get; set; }

    [Parameter, EditorRequired]
    public string? Theme { get; set; }

    [Parameter]
    public EventCallback<string> ThemeChanged { get; set; }

    /// <summary>What features put before the bar's own buttons.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? Person { get; set; }

    private string Here => "/" + Navigation.ToBaseRelativePath(Navigation.Uri);

    private bool SeveralTenants { get; set; }

    protected override async Task OnInitializedAsync() => SeveralTenants = Person is not null && (await Tenants.OfAsync((await Person).User)).Own.Count > 1;

    private Task OpenTokenAsync() => Dialogs.ShowAsync<TokenDialog>(
        TokenWords["Title"], new DialogParameters<TokenDialog> { { d => d.Tenant, SeveralTenants ? CurrentUser?.TenantId : null } });

    private static string ThemeIcon(string? theme) => theme switch
    {
        "light" => Icons.Material.Outlined.LightMode,
        "dark" => Icons.Material.Outlined.DarkMode,
        _ => Icons.Material.Outlined.Contrast,
    };

    /// <summary>The address is read at the click: the page may have moved on within the circuit since this was drawn.</summary>
    private void Switch(string culture) => Navigation.NavigateTo(Languages.SwitchAddress(culture, Here), forceLoad: true);
}
