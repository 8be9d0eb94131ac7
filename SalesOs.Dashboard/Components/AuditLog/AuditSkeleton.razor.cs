using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>Stands where the entries will be, in their measure, so that little moves when they come.</summary>
public sealed partial class AuditSkeleton
{
    [Inject]
    private Words<AuditTexts> Words { get; set; } = null!;
}
