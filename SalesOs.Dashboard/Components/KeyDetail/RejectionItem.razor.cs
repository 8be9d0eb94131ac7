using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>A refused request: why, in a sentence; opened, what to do and what was sent.</summary>
public sealed partial class RejectionItem
{
    [Parameter, EditorRequired]
    public RejectionView Rejection { get; set; } = null!;

    /// <summary>Begins opened.</summary>
    [Parameter]
    public bool Open { get; set; }

    [Inject]
    private RejectionReasons Reasons { get; set; } = null!;

    [Inject]
    private RelativeTime Relative { get; set; } = null!;

    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;

    private KeyAddress Link => new(Rejection.KeyId) { Request = Rejection.RequestId.ToString() };
}
