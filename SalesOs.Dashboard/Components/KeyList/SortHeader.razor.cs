using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>A column's title that sorts: a link, since sorting is a place in the address.</summary>
public sealed partial class SortHeader
{
    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public KeySort Sort { get; set; }

    [Parameter]
    public string? Class { get; set; }

    private bool IsCurrent => Address.Sort == Sort;

    private string? Direction => IsCurrent ? (Address.Descending ? "descending" : "ascending") : null;
}
