using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>Keys to be revoked together.</summary>
/// <param name="Keys">Those that can be named, and can be revoked.</param>
/// <param name="Total">How many there are; a person may have made more than are named.</param>
/// <param name="OfPerson">One of the keys of the person whose keys are all meant; null: the named ones are.</param>
public sealed record RevokedMany(IReadOnlyList<ApiKeyView> Keys, long Total, ApiKeyView? OfPerson = null);

/// <summary>
/// Stops several keys for one reason, or all that one person has made, and names them. A handful takes one deliberate click, as a single key does; beyond
/// <see cref="MostWithAClick"/> their number is typed.
/// </summary>
public sealed partial class BulkRevokeDialog
{
    /// <summary>Keys that one click may revoke.</summary>
    public const int MostWithAClick = 20;

    private const int FirstNames = 8;

    private bool showsAll;

    [Parameter, EditorRequired]
    public RevokedMany Many { get; set; } = null!;

    /// <summary>Gives what will stop; null when that can't be had.</summary>
    [Parameter, EditorRequired]
    public Func<Task<StopFacts?>> Facts { get; set; } = null!;

    /// <summary>Revokes for a reason (null: none given); what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string?, Task<Error?>> Revoke { get; set; } = null!;

    private string? Reason { get; set; }

    private string Typed { get; set; } = "";

    private IEnumerable<ApiKeyView> Named => showsAll ? Many.Keys : Many.Keys.Take(FirstNames);

    private bool AsksForNumber => Many.Total > MostWithAClick;

    private bool IsConfirmed => Many.Total > 0 && (!AsksForNumber || (TypedNumber.TryRead(Typed, CultureInfo.CurrentCulture, out var number) && number == Many.Total));

    private bool IsTouched => Typed.Length > 0 || RevokeReasons.IsWritten(Reason);

    private Task RevokeAsync() => IsConfirmed ? ActAsync(() => Revoke(Reason)) : Task.CompletedTask;
}
