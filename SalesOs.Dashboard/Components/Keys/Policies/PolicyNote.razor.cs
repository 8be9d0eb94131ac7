using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Components.Keys.Policies;

/// <summary>What the tenant's policy demands of a setting, beside its field, before anything is sent. Nothing where it demands nothing.</summary>
public sealed partial class PolicyNote
{
    private PolicyDemand? demand;

    [Parameter, EditorRequired]
    public PolicyRule Rule { get; set; }

    /// <summary>The key as the form would leave it.</summary>
    [Parameter, EditorRequired]
    public JudgedKey Key { get; set; } = null!;

    private bool IsBroken => KeyPolicy.None.With(Rule, demand!).Breaches(Key, Clock.GetUtcNow()).Count > 0;

    protected override async Task OnInitializedAsync() => demand = (await Policy.GetAsync())?.Of(Rule);
}
