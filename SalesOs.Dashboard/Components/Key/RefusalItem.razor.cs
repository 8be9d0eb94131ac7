using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Key;

/// <summary>A refused request: why, in a sentence; opened, what to do and what was sent.</summary>
public sealed partial class RefusalItem
{
    [Parameter, EditorRequired]
    public RefusalView Refusal { get; set; } = null!;

    /// <summary>Begins opened.</summary>
    [Parameter]
    public bool Open { get; set; }

    [Inject]
    private RefusalReasons Reasons { get; set; } = null!;

    [Inject]
    private RelativeTime Relative { get; set; } = null!;

    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;

    private KeyAddress Link => new(Refusal.KeyId) { Request = Refusal.RequestId.ToString() };
}
