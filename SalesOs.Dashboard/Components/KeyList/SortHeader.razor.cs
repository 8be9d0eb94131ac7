using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>A column's title that sorts: a link, since sorting is a place in the address. A column that shows two things has one for each.</summary>
public sealed partial class SortHeader
{
    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<KeySort> Sorts { get; set; } = [];

    [Parameter]
    public string? Class { get; set; }

    private string? Direction => Sorts.Contains(Address.Sort) ? (Address.Descending ? "descending" : "ascending") : null;
}
