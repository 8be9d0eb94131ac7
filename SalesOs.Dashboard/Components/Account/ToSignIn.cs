using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Account;

/// <summary>Leaves for the sign-in and comes back to this address; a full page load, since the session belongs to the request.</summary>
public sealed class ToSignIn : ComponentBase
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    public static string Address(NavigationManager navigation) =>
        "/sign-in?returnUrl=" + Uri.EscapeDataString("/" + navigation.ToBaseRelativePath(navigation.Uri));

    protected override void OnInitialized() => Navigation.NavigateTo(Address(Navigation), forceLoad: true);
}
