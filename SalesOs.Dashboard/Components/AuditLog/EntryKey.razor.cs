using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>The key that an entry is about: a link to its page, or, when it is deleted, to all that the log has of it.</summary>
public sealed partial class EntryKey
{
    [Parameter, EditorRequired]
    public AuditEntryView Entry { get; set; } = null!;

    /// <summary>Null: nothing is known of it any more.</summary>
    [Parameter]
    public KeyName? Key { get; set; }

    [Parameter, EditorRequired]
    public AuditAddress Address { get; set; } = null!;

    private string OnlyThis => (Address with { Key = Entry.KeyId.ToString(), Page = 1 }).ToString();
}
