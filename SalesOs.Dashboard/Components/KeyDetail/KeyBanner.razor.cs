using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Says above all else that a key does not work any more or for a while, or soon won't, why, and what can be done.</summary>
public sealed partial class KeyBanner
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Parameter, EditorRequired]
    public LiveLoad Page { get; set; } = null!;

    [Parameter]
    public bool CanManage { get; set; }

    private string NextOf(PauseView pause) =>
        pause.Until is { } until ? PauseWords["Banner" + pause.Then, ("when", Relative.SayExactly(until))] : PauseWords["BannerOpen"];
}
