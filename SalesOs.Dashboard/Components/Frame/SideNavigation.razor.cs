using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>
/// The navigation: a column on wide screens; on narrow ones a native popover that the top bar's menu button opens, so it works, closes on Escape
/// and gives the focus back without a line of script.
/// </summary>
public sealed partial class SideNavigation
{
    [Inject]
    private Words<FrameTexts> Words { get; set; } = null!;
}
