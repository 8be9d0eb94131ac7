using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Rotate;

/// <summary>How the old key of a rotation ends, as the dialogs offer it.</summary>
public enum OverlapChoice
{
    ByHand,

    /// <summary>Once nobody uses it any more.</summary>
    Quiet,

    Time,
}

/// <summary>What the reader has filled in on the end of the old key.</summary>
public sealed class OverlapForm
{
    public static readonly IReadOnlyList<int> DaysToLatest = [7, 14, RotationOverlap.MostDaysToLatest];

    public OverlapChoice Choice { get; set; }

    /// <summary>1–5.</summary>
    public int Cycles { get; set; } = 2;

    /// <summary>Days from now after which the reader is asked; null: never.</summary>
    public int? LatestDays { get; set; } = RotationOverlap.MostDaysToLatest;

    /// <summary>In the reader's time zone; for <see cref="OverlapChoice.Time"/>.</summary>
    public DateTime? Time { get; set; }

    /// <summary>Begins with what was chosen before.</summary>
    public static OverlapForm Of(RotationOverlap overlap, DateTimeOffset now, TimeZoneInfo zone) => new()
    {
        Choice = overlap.Until is not null ? OverlapChoice.Time : overlap.QuietCycles is not null ? OverlapChoice.Quiet : OverlapChoice.ByHand,
        Cycles = overlap.QuietCycles ?? 2,
        LatestDays = overlap is { QuietCycles: not null, Latest: null } ? null
            : overlap.Latest is { } latest ? DaysToLatest.FirstOrDefault(days => latest <= now.AddDays(days), RotationOverlap.MostDaysToLatest)
            : RotationOverlap.MostDaysToLatest,
        Time = overlap.Until is { } until ? TimeZoneInfo.ConvertTime(until, zone).DateTime : null,
    };

    public RotationOverlap ToOverlap(DateTimeOffset now, TimeZoneInfo zone) => Choice switch
    {
        OverlapChoice.ByHand => RotationOverlap.ByHand,
        OverlapChoice.Quiet => new RotationOverlap { QuietCycles = Cycles, Latest = LatestDays is { } days ? now.AddDays(days) : null },
        OverlapChoice.Time => new RotationOverlap { Until = LocalTime.At(Time, zone) },
    };

    public bool LacksTime => this is { Choice: OverlapChoice.Time, Time: null };
}
