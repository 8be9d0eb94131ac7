using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>Stands where the list will be, in its measure, so that nothing moves when it comes.</summary>
public sealed partial class KeySkeleton
{
    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;
}
