using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>What a key may open; one without restriction says so in amber.</summary>
public sealed partial class ScopeChips
{
    [Parameter, EditorRequired]
    public IReadOnlyList<string> Scopes { get; set; } = [];

    private static string Rest(IReadOnlyList<string> scopes) => string.Join(", ", scopes.Skip(1));
}
