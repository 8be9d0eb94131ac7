using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>The keys of a rotation side by side, on one scale, and how far it has come.</summary>
public sealed partial class RotationSection
{
    [Parameter, EditorRequired]
    public IReadOnlyList<RotationKey> Lanes { get; set; } = [];

    /// <summary>The page's own key.</summary>
    [Parameter, EditorRequired]
    public Guid Current { get; set; }

    [Parameter, EditorRequired]
    public UsageRange Range { get; set; }

    [Parameter, EditorRequired]
    public string ZoneId { get; set; } = "";

    [Parameter, EditorRequired]
    public LiveLoad Page { get; set; } = null!;

    /// <summary>Whether the reader may end the old key.</summary>
    [Parameter]
    public bool CanManage { get; set; }

    private long Top => UsageBars.Ceiling(Lanes.Select(l => l.Report).OfType<UsageReport>().SelectMany(BarsOf));

    /// <summary>What the two keys do now; none while an old key works and its successor does not.</summary>
    private string? Hint =>
        BothWork ? Words["RotationHint"]
        : Lanes.SkipLast(1).All(lane => lane.Key is not { Status: KeyStatus.Active or KeyStatus.Paused }) ? Words["RotationOver", ("count", Lanes.Count - 1)]
        : null;

    private bool BothWork => Lanes.Zip(Lanes.Skip(1)).Any(pair => pair is { First.Key.Status: KeyStatus.Active, Second.Key.Status: KeyStatus.Active });

    /// <summary>Changes the end of the rotation whose old key it is, where it is on this page.</summary>
    public Task OpenChangeAsync(ApiKeyView old) =>
        Lanes.Select(l => l.Rotation?.Value).FirstOrDefault(r => r?.Old.Key.Id == old.Id) is { } rotation ? Actions.OpenChangeAsync(Page, rotation) : Task.CompletedTask;

    private IReadOnlyList<UsageBar> BarsOf(UsageReport report) => UsageBars.Of(report, Range, CurrentUser.Zone);

    private string RoleOf(RotationKey lane) => lane == Lanes[0] ? "Lane_Old" : lane == Lanes[^1] ? "Lane_New" : "Lane_Between";
}
