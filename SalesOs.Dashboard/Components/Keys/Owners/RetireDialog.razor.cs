using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Keys.Owners;

/// <summary>Lets a key go that nobody seems to need: paused now, revoked later, so that whoever misses it comes forward meanwhile.</summary>
public sealed partial class RetireDialog
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>How long it is paused before it is revoked.</summary>
    [Parameter, EditorRequired]
    public TimeSpan After { get; set; }

    /// <summary>Gives what will stop; null when that can't be had.</summary>
    [Parameter, EditorRequired]
    public Func<Task<StopFacts?>> Facts { get; set; } = null!;

    /// <summary>Retires for a reason; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string, Task<Error?>> Retire { get; set; } = null!;

    private string Reason { get; set; } = "";

    private Task RetireAsync() => ActAsync(() => Retire(Reason));
}
