using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Rotate;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Components.KeyDetail.Rotations;

/// <summary>Changes when the old key of a rotation ends; one that is held goes on.</summary>
public sealed partial class ChangeOverlapDialog
{
    private const string FormId = "change-overlap";

    private bool judged;

    [Parameter, EditorRequired]
    public RotationView Rotation { get; set; } = null!;

    /// <summary>Changes; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<RotationOverlap, Task<Error?>> Change { get; set; } = null!;

    private OverlapForm Form { get; set; } = new();

    private OverlapForm Began => OverlapForm.Of(Rotation.Overlap, Clock.GetUtcNow(), Reader.Zone);

    private bool IsTouched => (Form.Choice, Form.Cycles, Form.LatestDays, Form.Time) != (Began.Choice, Began.Cycles, Began.LatestDays, Began.Time);

    private RotationOverlap Asked => Form.ToOverlap(Clock.GetUtcNow(), Reader.Zone);

    protected override void OnInitialized() => Form = Began;

    private IReadOnlyList<RuleFault> Found => Form.LacksTime ? [new RuleFault("overlap.until", "until_required")] : Rules.Faults(Asked);

    private IReadOnlyList<string> FaultsOf(string field) => judged ? [.. Found.Where(f => f.Field == field).Select(FaultWords.Say)] : [];

    private Task ChangeAsync()
    {
        judged = true;
        var asked = Asked;
        return Found.Count == 0 ? ActAsync(() => Change(asked)) : Task.CompletedTask;
    }
}
