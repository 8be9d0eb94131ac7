using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Stands where a key's page will be, in its measure.</summary>
public sealed partial class KeyPageSkeleton
{
    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;
}
