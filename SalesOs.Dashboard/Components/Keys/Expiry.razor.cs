using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>When a key expires; a key in use that has 14 days or less warns.</summary>
public sealed partial class Expiry
{
    public static readonly TimeSpan Soon = KeyMarks.Soon;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    private bool IsSoon => Key.Bears(KeyMark.Expiring, Clock.GetUtcNow());
}
