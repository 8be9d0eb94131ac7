using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Says above all else that a key does not work any more, or soon won't, why, and what can be done.</summary>
public sealed partial class KeyBanner
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Parameter]
    public bool CanManage { get; set; }
}
