using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Pause;

/// <summary>How long a key shall be paused, as the dialogs offer it.</summary>
public enum PauseChoice
{
    Open,
    OneHour,
    OneDay,
    Time,
}

/// <summary>What the reader has filled in to pause a key.</summary>
public sealed class PauseForm
{
    public PauseChoice Choice { get; set; }

    /// <summary>In the reader's time zone; for <see cref="PauseChoice.Time"/>.</summary>
    public DateTime? Time { get; set; }

    /// <summary>After a pause that ends by itself.</summary>
    public PauseEnd Then { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>Its callers are told nothing but that their credential is no good.</summary>
    public bool MayHaveLeaked { get; set; }

    /// <summary>Begins with the reason and the answer of the pause that stands.</summary>
    public static PauseForm Of(PauseView? pause) => new() { Reason = pause?.Reason ?? "", MayHaveLeaked = pause?.Answer == PauseAnswer.Unauthorized };

    /// <summary>Null: nobody knows yet, or until somebody resumes the key.</summary>
    public DateTimeOffset? UntilAt(DateTimeOffset now, TimeZoneInfo zone) => Choice switch
    {
        PauseChoice.Open => null,
        PauseChoice.OneHour => now.AddHours(1),
        PauseChoice.OneDay => now.AddHours(24),
        PauseChoice.Time => LocalTime.At(Time, zone),
    };

    public KeyPause ToPause(DateTimeOffset now, TimeZoneInfo zone) => new()
    {
        Until = UntilAt(now, zone),
        Then = Choice == PauseChoice.Open ? null : Then,
        Reason = Reason,
        Answer = MayHaveLeaked ? PauseAnswer.Unauthorized : PauseAnswer.KeyPaused,
    };
}
