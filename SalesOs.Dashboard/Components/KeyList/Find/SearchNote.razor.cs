using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>What a search found beside keys: a refused request, API keys that are not this organization's, a secret.</summary>
public sealed partial class SearchNote
{
    [Parameter]
    public bool HasSecret { get; set; }

    /// <summary>API keys that were pasted and are none of this organization's.</summary>
    [Parameter]
    public int Unknown { get; set; }

    /// <summary>The search is a request id.</summary>
    [Parameter]
    public bool AskedForRequest { get; set; }

    [Parameter]
    public RejectionView? Refused { get; set; }

    [Inject]
    private Words<ListTexts> Words { get; set; } = null!;
}
