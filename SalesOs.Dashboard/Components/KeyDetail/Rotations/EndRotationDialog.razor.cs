using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Components.KeyDetail.Rotations;

/// <summary>Says what stops before the old key of a rotation is revoked.</summary>
public sealed partial class EndRotationDialog
{
    [Parameter, EditorRequired]
    public RotationView Rotation { get; set; } = null!;

    /// <summary>Gives what will stop; null when that can't be had.</summary>
    [Parameter, EditorRequired]
    public Func<Task<StopFacts?>> Facts { get; set; } = null!;

    /// <summary>Revokes; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<Task<Error?>> End { get; set; } = null!;
}
