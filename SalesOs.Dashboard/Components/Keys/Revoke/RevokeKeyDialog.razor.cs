using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Keys.Revoke;

/// <summary>
/// Stops a key. In an incident seconds count: no typing, no required reason, one deliberate click; the key is dead before the dialog closes.
/// </summary>
public sealed partial class RevokeKeyDialog
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>Revokes for a reason (null: none given); what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string?, Task<Error?>> Revoke { get; set; } = null!;

    /// <summary>Gives what will stop (null when that can't be had); without it the dialog says what it knows of the key itself.</summary>
    [Parameter]
    public Func<Task<StopFacts?>>? Facts { get; set; }

    private string? Reason { get; set; }

    private bool IsTouched => RevokeReasons.IsWritten(Reason);

    private Task RevokeAsync() => ActAsync(() => Revoke(Reason));
}
