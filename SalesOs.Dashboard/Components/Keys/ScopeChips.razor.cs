using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>What a key may open; one without restriction says so in amber.</summary>
public sealed partial class ScopeChips
{
    [Parameter, EditorRequired]
    public IReadOnlyList<string> Scopes { get; set; } = [];

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;
}
