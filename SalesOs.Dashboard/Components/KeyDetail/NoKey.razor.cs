using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>In place of a key that is absent or another tenant's: the two are never told apart.</summary>
public sealed partial class NoKey
{
    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;
}
