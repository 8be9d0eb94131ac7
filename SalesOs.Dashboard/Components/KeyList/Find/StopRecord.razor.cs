using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>What is on record of a revoked key: who revoked it and when, its last use, the audit entry.</summary>
public sealed partial class StopRecord
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Parameter]
    public KeyStop? Stop { get; set; }

    /// <summary>The link was followed.</summary>
    [Parameter]
    public EventCallback Followed { get; set; }
}
