using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Says which rules of the tenant's policy the key breaks, and what becomes of it.</summary>
public sealed partial class PolicyBanner
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    private string NextOf(PolicyBreach breach) => breach.Demand switch
    {
        { Level: PolicyLevel.Require, From: { } from } when from > Clock.GetUtcNow() => Words[breach.Pauses ? "BannerPause" : "BannerExpire", ("date", Relative.SayDate(from))],
        { Level: PolicyLevel.Require } => Words["BannerPaused"],
        _ => Words["BannerWarn"],
    };
}
