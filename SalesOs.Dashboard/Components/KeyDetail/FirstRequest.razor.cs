using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Stands in place of the usage of a key that nobody has called with yet: how to make the first request. It gives way when one arrives.</summary>
public sealed partial class FirstRequest
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;
}
