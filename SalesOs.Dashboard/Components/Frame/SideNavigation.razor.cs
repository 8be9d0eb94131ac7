using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>The pages under <em>Integrations</em>, as links of its own: a component for each would keep some kilobytes in every open page.</summary>
public sealed partial class SideNavigation : IDisposable
{
    private static readonly (string Path, string Name, string Icon)[] Places =
    [
        ("/integrations/api-keys", "ApiKeys", Icons.Material.Outlined.VpnKey),
        ("/integrations/sandbox", "Sandbox", Icons.Material.Outlined.Science),
        ("/integrations/notices", "Notices", Icons.Material.Outlined.Notifications),
        ("/integrations/policy", "Policy", Icons.Material.Outlined.Policy),
        ("/integrations/reviews", "Reviews", Icons.Material.Outlined.FactCheck),
        ("/integrations/approvals", "Approvals", Icons.Material.Outlined.HowToReg),
        ("/integrations/audit", "AuditLog", Icons.Material.Outlined.History),
    ];

    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(StateHasChanged);

    /// <summary>On the page itself or below it.</summary>
    private bool IsHere(string path)
    {
        var here = new Uri(Navigation.Uri).AbsolutePath;
        return here.Equals(path, StringComparison.OrdinalIgnoreCase) || here.StartsWith(path + "/", StringComparison.OrdinalIgnoreCase);
    }
}
