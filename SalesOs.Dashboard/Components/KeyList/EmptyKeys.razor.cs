using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>What a key is for and how to come to one, for a tenant that has none.</summary>
public sealed partial class EmptyKeys
{
    [Parameter]
    public bool CanCreate { get; set; }

    [Parameter]
    public EventCallback Create { get; set; }
}
