using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Components.KeyDetail.Rotations;

/// <summary>
/// How far a rotation has come, on the pages of both keys: made, saved, in use, drained, ended; who still calls with the old key, and how it ends. It can be left and found again: all of it is read
/// from what was counted.
/// </summary>
public sealed partial class RotationWizard : IDisposable
{
    private const int Few = 5;

    private bool all;

    [Parameter, EditorRequired]
    public RotationView Rotation { get; set; } = null!;

    [Parameter, EditorRequired]
    public LiveLoad Page { get; set; } = null!;

    [Parameter]
    public bool CanManage { get; set; }

    private string HeadingId => $"rotation-{Rotation.Old.Key.Id}";

    private string GaugeId => $"drain-{Rotation.Old.Key.Id}";

    private bool IsOver => Rotation.State == RotationState.Ended;

    private bool IsDrained => !IsOver && Rotation.Drain.IsDrained(Clock.GetUtcNow());

    private IReadOnlyList<Strand> Expected => IsDrained ? [] : Rotation.Drain.Expected(Clock.GetUtcNow());

    private IReadOnlyList<Step> Steps
    {
        get
        {
            var isUsed = Rotation.New?.Key.LastUsedAt is not null;
            var isSaved = isUsed || Rotation.State != RotationState.Made;
            var done = new[] { true, isSaved, isUsed, IsOver || IsDrained, IsOver };
            var now = Array.IndexOf(done, false);
            string?[] said = [Relative.Say(Rotation.StartedAt), isSaved ? null : Words["NotSaved"], InUse(), IsOver ? null : Drained(), Ends()];
            return [.. Enum.GetValues<StepName>().Select((name, i) => new Step(name, done[i] ? "done" : IsWarned(name) ? "warned" : i == now ? "now" : "todo", said[i]))];
        }
    }

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    private static string NameOf(ApiKeyView key) => $"{key.KeyPrefix}…{key.KeyLast4}";

    private static string MarkOf(Step step) => step.Standing switch
    {
        "done" => Icons.Material.Rounded.CheckCircle,
        "warned" => Icons.Material.Rounded.ErrorOutline,
        "now" => Icons.Material.Rounded.RadioButtonChecked,
        _ => Icons.Material.Rounded.RadioButtonUnchecked,
    };

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    /// <summary>The end of an hour that is not over is no time at which somebody called.</summary>
    private DateTimeOffset Earlier(DateTimeOffset last) => last < Clock.GetUtcNow() ? last : Clock.GetUtcNow();

    private bool IsWarned(StepName name) => name == StepName.Ended && (Rotation.State == RotationState.Held || (!IsOver && !Rotation.NewWorks));

    private string InUse() => Rotation switch
    {
        { New: null } => Words["NewIsDeleted"],
        { NewWorks: false } when !IsOver => Words["NewIsOver", ("key", NameOf(Rotation.New.Key))],
        { New.Key.LastUsedAt: { } used } => Words["NewIsUsed", ("key", NameOf(Rotation.New.Key)), ("when", Relative.Say(used))],
        _ => Words["NewIsUnused", ("key", NameOf(Rotation.New.Key))],
    };

    private string Drained()
    {
        var silence = Silences.Say(Rotation.Old.Silence);
        return IsDrained ? Words["IsDrained", ("silence", silence)]
            : !Rotation.Drain.IsTakenOver ? Words["NotTakenOver", ("silence", silence)]
            : Words["NotDrained", ("silence", silence), ("when", Relative.SayExactly(Rotation.Drain.From))];
    }

    private string Ends() => Rotation switch
    {
        { EndedAt: { } ended } => Relative.Say(ended),
        { HeldAt: { } held } => Words["Held", ("when", Relative.SayExactly(held))],
        { NewWorks: false } => Words["OldIsLeft"],
        { Overlap.Until: { } until } => Words["EndsAt", ("when", Relative.SayExactly(until))],
        { Overlap.QuietCycles: { } cycles } => Quiet(cycles),
        _ => Words["EndsByHand"],
    };

    private string Quiet(int cycles)
    {
        var when = Rotation.Ends is { } ends ? Words["EndsQuietFrom", ("when", Relative.SayExactly(ends))] : Words["EndsQuiet"];
        var latest = Rotation.Overlap.Latest is { } last ? " " + Words["EndsLatest", ("when", Relative.SayExactly(last))] : "";
        return $"{Words["EndsCycles", ("count", cycles)]} {when}{latest}";
    }

    private enum StepName
    {
        Made,
        Saved,
        InUse,
        Drained,
        Ended,
    }

    /// <param name="Standing">done, now, todo or warned.</param>
    private sealed record Step(StepName Name, string Standing, string? Said);
}
