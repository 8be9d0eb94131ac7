using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Says above all else that a key does not work any more, or soon won't, why, and what can be done.</summary>
public sealed partial class KeyBanner
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Parameter]
    public bool CanManage { get; set; }

    [Inject]
    private RelativeTime Relative { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private Words<KeysTexts> KeysWords { get; set; } = null!;

    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;
}
