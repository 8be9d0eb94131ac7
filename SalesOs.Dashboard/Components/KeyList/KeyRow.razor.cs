using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Owners;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// One key of the table. It is one component and draws its parts without others, and draws itself anew only when something on it reads differently: hundreds of
/// pages may be open, each with a hundred rows, and time passes for all of them.
/// </summary>
public sealed partial class KeyRow : IDisposable
{
    private static readonly MarkupString[] Bars = [.. Enumerable.Range(0, 101).Select(share => new MarkupString(string.Create(
        CultureInfo.InvariantCulture,
        $"""<svg viewBox="0 0 100 3" width="100%" height="3" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="3" /><rect class="used" width="{share}" height="3" /></svg>""")))];

    private Sight? drawn;

    [Parameter, EditorRequired]
    public KeyTable Table { get; set; } = null!;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>Null while it is not known.</summary>
    [Parameter]
    public RowUsage? Usage { get; set; }

    [Parameter]
    public bool IsChosen { get; set; }

    [Parameter]
    public bool CanManage { get; set; }

    private Sight Shown => drawn!;

    private string Creator => Key.CreatedBy switch
    {
        null => Words["CreatorErased"],
        "service_role" => Words["CreatedByPlatform"],
        var person => Words["CreatedBy", ("name", person)],
    };

    /// <summary>Who answers for it, where that is somebody else than who made it.</summary>
    private string Maker => Key.IsWithoutOwner || Key.Owner!.Label == Key.CreatedBy ? Creator : Words["OwnedBy", ("name", OwnerName.Say(Key.Owner, Words))];

    private string SparklineLabel => Usage is null ? ListWords["SparklineLoading"] : ListWords["Sparkline", ("count", Usage.Days.Sum()), ("most", Usage.Days.DefaultIfEmpty().Max())];

    /// <summary>How much of its hour the key has used, 0–100. An edit may have lowered the limit below what was used.</summary>
    private int Share => (int)Math.Min(100, 100L * (Usage?.Used ?? 0) / Key.RateLimit);

    private string? Tone => Share switch
    {
        >= 100 => "spent",
        >= 80 => "near",
        _ => null,
    };

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    protected override bool ShouldRender()
    {
        var before = drawn;
        drawn = Look();
        return drawn != before;
    }

    /// <summary>The first drawing does not ask <see cref="ShouldRender"/>.</summary>
    protected override void OnParametersSet() => drawn ??= Look();

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    private Sight Look()
    {
        var now = Clock.GetUtcNow();
        return new Sight(
            Key,
            Usage,
            IsChosen,
            CanManage,
            Key.Bears(KeyMark.Expiring, now),
            Key.Bears(KeyMark.Unused, now),
            Key.Bears(KeyMark.Excess, now),
            Key.Bears(KeyMark.OutOfPolicy, now) ? PolicyWords.Say(Key, now) : null,
            Relative.Say(Key.CreatedAt),
            Key.LastUsedAt is { } used ? Relative.Say(used) : null,
            Key.ExpiresAt is { } expires ? Relative.Say(expires) : null,
            Relative.Zone);
    }

    private sealed record Sight(
        ApiKeyView Key, RowUsage? Usage, bool IsChosen, bool CanManage, bool IsSoon, bool IsStale, bool IsExcess, string? OutOfPolicy, string Created, string? LastUsed, string? Expires, TimeZoneInfo Zone);
}
