using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail.BrownOuts;

/// <summary>A key's brown-outs, the latest first, and who noticed each.</summary>
public sealed partial class BrownOutSection
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Parameter, EditorRequired]
    public Part<BrownOutPage> Part { get; set; } = Part<BrownOutPage>.Waiting;

    [Parameter, EditorRequired]
    public LiveLoad Page { get; set; } = null!;

    [Parameter]
    public bool CanManage { get; set; }

    [Parameter]
    public EventCallback Retry { get; set; }

    public Task OpenPlanAsync(ApiKeyView key) => Actions.OpenPlanAsync(Page, key);
}
