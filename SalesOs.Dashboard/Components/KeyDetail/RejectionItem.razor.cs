using Microsoft.AspNetCore.Components;
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

    private KeyAddress Link => new(Rejection.KeyId) { Request = Rejection.RequestId.ToString() };
}
