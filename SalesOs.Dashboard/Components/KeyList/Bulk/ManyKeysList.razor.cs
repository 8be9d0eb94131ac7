using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>Keys that something is done to together.</summary>
/// <param name="Keys">Those that can be named.</param>
/// <param name="Total">How many there are; a person may have made more than are named.</param>
/// <param name="OfPerson">One of the keys of the person whose keys are all meant; null: the named ones are.</param>
public sealed record ManyKeys(IReadOnlyList<ApiKeyView> Keys, long Total, ApiKeyView? OfPerson = null);

/// <summary>Names several keys: some of them at first, all when asked.</summary>
public sealed partial class ManyKeysList
{
    private const int FirstNames = 8;

    private bool showsAll;

    [Parameter, EditorRequired]
    public ManyKeys Many { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    private IEnumerable<ApiKeyView> Named => showsAll ? Many.Keys : Many.Keys.Take(FirstNames);
}
