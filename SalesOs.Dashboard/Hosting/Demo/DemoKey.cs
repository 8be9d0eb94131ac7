using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>A key of the demo and what becomes of it. Times are days before now, unless they say otherwise.</summary>
/// <param name="Age">When it was made.</param>
/// <param name="Lasts">Days from then until it expires; null: never.</param>
internal sealed record DemoKey(
    string Name,
    DemoPerson Maker,
    double Age,
    IReadOnlyList<string> Scopes,
    DemoTraffic? Traffic = null,
    int RateLimit = NewKey.DefaultRateLimit,
    int? Lasts = 365,
    KeyEnvironment Environment = KeyEnvironment.Live,
    IReadOnlyList<string>? AllowedIps = null,
    string? Notes = null)
{
    public IReadOnlyList<DemoAct> Acts { get; init; } = [];

    /// <summary>The traffic that a successor takes over, for a key that is rotated.</summary>
    public DemoTraffic? SuccessorTraffic { get; init; }

    public IReadOnlyList<DemoRejection> Rejections { get; init; } = [];

    public NewKey ToRequest() => new(Name, Environment, Scopes, RateLimit, Lasts, ExpiresAt: null, AllowedIps, SingleUse: null, Notes);
}

/// <summary>Something done to a key.</summary>
internal abstract record DemoAct(double DaysAgo, DemoPerson Who);

internal sealed record DemoEdit(double DaysAgo, DemoPerson Who, KeyEdit Edit) : DemoAct(DaysAgo, Who);

/// <param name="QuietCycles">After so many the old key ends by itself, or is held 30 days after the rotation; null: somebody ends it.</param>
internal sealed record DemoRotation(double DaysAgo, DemoPerson Who, int? QuietCycles = null) : DemoAct(DaysAgo, Who);

internal sealed record DemoRevocation(double DaysAgo, DemoPerson Who, string Reason) : DemoAct(DaysAgo, Who);

/// <summary>Until somebody resumes it.</summary>
internal sealed record DemoPause(double DaysAgo, DemoPerson Who, string Reason) : DemoAct(DaysAgo, Who);

internal sealed record DemoDeletion(double DaysAgo, DemoPerson Who) : DemoAct(DaysAgo, Who);

/// <summary>Requests of a key that were refused.</summary>
/// <param name="Count">How many.</param>
/// <param name="Days">Within so many days before now, evenly; <paramref name="Until"/>: not in the last so many.</param>
internal sealed record DemoRejection(DemoMistake Mistake, int Count, double Days, string Route, double Until = 0);

/// <summary>What a caller did wrong.</summary>
internal enum DemoMistake
{
    QueryLeftOut,
    MinifiedBody,
    HexBetweenSteps,
    WrongSecret,
    SlowClock,
    Milliseconds,
    ForeignAddress,
    MissingScope,
    TooMany,
    SentTwice,
    Revoked,
    Expired,
    Paused,
}
