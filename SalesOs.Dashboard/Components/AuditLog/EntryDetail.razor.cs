using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>What an entry tells beside who, when and which key: an edit's before and after at once, the rest on request.</summary>
public sealed partial class EntryDetail
{
    [Parameter, EditorRequired]
    public AuditEntryView Entry { get; set; } = null!;

    private IReadOnlyList<EntryFact> Changes => Facts.Changes(Entry.Detail);

    private IReadOnlyList<EntryFact> Others => Facts.Others(Entry.Detail);
}
