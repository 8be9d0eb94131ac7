using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>What a search found beside keys: a refused request, API keys that are not this organization's, a secret.</summary>
public sealed partial class SearchNote
{
    [Parameter, EditorRequired]
    public SearchFindings Findings { get; set; } = null!;
}
