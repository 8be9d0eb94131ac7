using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Components.Policies;

/// <summary>When and by whom the policy was changed last.</summary>
public sealed partial class LatestChange
{
    [Parameter, EditorRequired]
    public PolicyView Policy { get; set; } = null!;
}
