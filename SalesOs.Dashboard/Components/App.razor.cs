using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Components;

/// <summary>
/// The document around every page. Pages are prerendered (first paint has content and needs no script) and hand their data over to the circuit,
/// so nothing is loaded twice; pages marked <see cref="ExcludeFromInteractiveRoutingAttribute"/> open no circuit at all.
/// </summary>
public sealed partial class App
{
    private static readonly string MudVersion = typeof(MudButton).Assembly.GetName().Version!.ToString(3);

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    /// <summary>A circuit is opened for somebody signed in, and for nobody else.</summary>
    private IComponentRenderMode? Mode =>
        HttpContext.AcceptsInteractiveRouting() && HttpContext.User.Identity is { IsAuthenticated: true } ? RenderMode.InteractiveServer : null;

    /// <summary>The guide uses nothing of MudBlazor, and reads without a script.</summary>
    private bool IsGuide => HttpContext.Request.Path.StartsWithSegments(GuideLinks.Start, StringComparison.OrdinalIgnoreCase);
}
