using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>What can be done with the key of a page; what stops it for good is red.</summary>
public sealed partial class KeyActs
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Parameter, EditorRequired]
    public LiveLoad Page { get; set; } = null!;

    [Parameter]
    public EventCallback Rotate { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Duplicate { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Revoke { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Delete { get; set; }
}
