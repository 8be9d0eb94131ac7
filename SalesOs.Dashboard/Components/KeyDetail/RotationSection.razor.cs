using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>The keys of a rotation side by side, on one scale, and the offer to revoke the old one once nobody uses it any more.</summary>
public sealed partial class RotationSection : IDisposable
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

    /// <summary>Opens the dialog that revokes; none for those who may not.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> Revoke { get; set; }

    private long Top => UsageBars.Ceiling(Lanes.Select(l => l.Report).OfType<UsageReport>().SelectMany(BarsOf));

    /// <summary>What the two keys do now; none while an old key works and its successor does not.</summary>
    private string? Hint =>
        Predecessors.Any() ? Words["RotationHint"]
        : Lanes.SkipLast(1).All(lane => lane.Key is not { Status: KeyStatus.Active or KeyStatus.Paused }) ? Words["RotationOver", ("count", Lanes.Count - 1)]
        : null;

    /// <summary>Keys in use that have a successor here, their silence (null where it could not be had), and whether it is longer than usual.</summary>
    private IEnumerable<(ApiKeyView Old, KeySilence? Silence, bool Quiet)> Predecessors
    {
        get
        {
            for (var i = 0; i + 1 < Lanes.Count; i++)
            {
                if (Lanes[i] is { Key: { Status: KeyStatus.Active } old } lane && Lanes[i + 1].Key is { Status: KeyStatus.Active })
                {
                    yield return (old, lane.Silence, lane.Silence?.IsQuiet(Clock.GetUtcNow()) == true);
                }
            }
        }
    }

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    private IReadOnlyList<UsageBar> BarsOf(UsageReport report) => UsageBars.Of(report, Range, CurrentUser.Zone);

    private string RoleOf(RotationKey lane) => lane == Lanes[0] ? "Lane_Old" : lane == Lanes[^1] ? "Lane_New" : "Lane_Between";
}
