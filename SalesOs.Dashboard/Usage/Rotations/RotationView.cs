using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>How far a rotation has come; each step takes the ones before it for done.</summary>
public enum RotationState
{
    /// <summary>The new key is made; nobody has said yet that its values are saved.</summary>
    Made,

    Saved,

    /// <summary>The first request of the new key was seen.</summary>
    InUse,

    /// <summary>Nobody is expected with the old key any more.</summary>
    Drained,

    /// <summary>The old key should have ended and was still needed, or the new one no longer works: somebody is to decide.</summary>
    Held,

    /// <summary>The old key is revoked or expired.</summary>
    Ended,
}

/// <summary>A rotation as people and programs see it; at most a second behind.</summary>
/// <param name="Overlap">How the old key ends; nothing in it: by hand.</param>
/// <param name="Ends">When the old key ends by itself; on evidence the earliest moment, should it stay silent. Null: nobody knows, somebody ends it, it is held or over.</param>
/// <param name="HeldAt">Null: it is not held.</param>
/// <param name="EndedAt">Null: the old key still works.</param>
/// <param name="New">Null: it is deleted.</param>
/// <param name="Drain">By one cycle where the overlap names none.</param>
/// <param name="Stragglers">Who has called with the old key since the rotation, the latest first.</param>
public sealed record RotationView(
    RotationState State,
    DateTimeOffset StartedAt,
    RotationOverlap Overlap,
    DateTimeOffset? Ends,
    DateTimeOffset? HeldAt,
    DateTimeOffset? EndedAt,
    RotatingKey Old,
    RotatingKey? New,
    Drain Drain,
    CycleRequests Requests,
    IReadOnlyList<Straggler> Stragglers)
{
    /// <summary>The new key can take the old one's place.</summary>
    public bool NewWorks => New?.Key.Status == KeyStatus.Active;
}

/// <summary>One of the two keys.</summary>
public sealed record RotatingKey(ApiKeyView Key, KeySilence Silence);

/// <summary>The old key's requests in one cycle of its rhythm.</summary>
/// <param name="Cycle">How long one is: the longest usual silence, at least an hour; a day where nothing is known.</param>
/// <param name="Last">In the latest cycle.</param>
/// <param name="Usual">In a usual one before the rotation; 0 where nothing is known.</param>
public sealed record CycleRequests(TimeSpan Cycle, long Last, long Usual);

/// <summary>A proven caller of the old key since the rotation.</summary>
/// <param name="Address">Null where it was not known, and for callers beyond the first thousand, who are counted together.</param>
/// <param name="Agent">What it says of itself; null: nothing.</param>
/// <param name="Route">Such as <c>GET /v1/leads/{id}</c>.</param>
/// <param name="Count">Requests, let in or refused.</param>
public sealed record Straggler(string? Address, string? Agent, string Route, long Count, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt);
