using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>
/// Stands in place of the usage of a key that nobody has called with yet: how to make the first request. It gives way when one arrives. The page does
/// not know the whole key: the reader puts in the one that they have saved.
/// </summary>
public sealed partial class FirstRequest
{
    private string? said;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;
}
