using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>When a key was last used; an active one that never was, or not for long, is marked.</summary>
public sealed partial class LastUse
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private Words<ListTexts> Words { get; set; } = null!;

    private bool IsStale => Key.Bears(KeyMark.Unused, Clock.GetUtcNow());
}
