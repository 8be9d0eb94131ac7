using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>Which keys of how many are shown, and the way to the others.</summary>
public sealed partial class Pager
{
    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public long Total { get; set; }

    [Parameter]
    public EventCallback<KeysAddress> Changed { get; set; }

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;
}
