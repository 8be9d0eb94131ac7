using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>
/// Stops several keys for one reason, or all that one person has made, and names them. A handful takes one deliberate click, as a single key does; beyond
/// <see cref="MostWithAClick"/> their number is typed.
/// </summary>
public sealed partial class BulkRevokeDialog
{
    /// <summary>Keys that one click may revoke.</summary>
    public const int MostWithAClick = 20;

    [Parameter, EditorRequired]
    public ManyKeys Many { get; set; } = null!;

    /// <summary>Gives what will stop; null when that can't be had.</summary>
    [Parameter, EditorRequired]
    public Func<Task<StopFacts?>> Facts { get; set; } = null!;

    /// <summary>Revokes for a reason (null: none given); what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string?, Task<Error?>> Revoke { get; set; } = null!;

    private string? Reason { get; set; }

    private string Typed { get; set; } = "";

    private bool AsksForNumber => Many.Total > MostWithAClick;

    private bool IsConfirmed => Many.Total > 0 && (!AsksForNumber || (TypedNumber.TryRead(Typed, CultureInfo.CurrentCulture, out var number) && number == Many.Total));

    private bool IsTouched => Typed.Length > 0 || RevokeReasons.IsWritten(Reason);

    private Task RevokeAsync() => IsConfirmed ? ActAsync(() => Revoke(Reason)) : Task.CompletedTask;
}
