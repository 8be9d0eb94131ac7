using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>Pauses several keys, or all that one person has made, and names them. One click, however many: it can be undone.</summary>
public sealed partial class BulkPauseDialog
{
    private const string FormId = "pause-keys";

    [Parameter, EditorRequired]
    public ManyKeys Many { get; set; } = null!;
}
