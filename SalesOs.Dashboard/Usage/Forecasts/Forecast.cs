namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>Why a forecast is not exact, or why nothing can be suggested.</summary>
public enum ForecastReason
{
    /// <summary>Of some hours only the hour is counted, not its minutes: at most so many would have been refused.</summary>
    BoundedByHours,

    /// <summary>In some minutes other requests took from the hour too, and their order is not counted: at most so many.</summary>
    OrderUnknown,

    /// <summary>Some callers called before the time looked at as well, and their requests are counted together: at most so many.</summary>
    CallersOlder,

    /// <summary>Not every caller is on record: more came than are kept, or some were erased. How many is unknown.</summary>
    CallersForgotten,

    /// <summary>A route that this version does not have was used, so that its scope is not known: at most so many.</summary>
    RouteUnknown,

    /// <summary>Nothing was let in, so that there is nothing to go by.</summary>
    NoRequests,

    /// <summary>Only routes that need no scope were used, and a key without scopes has full access.</summary>
    NoScopeUsed,

    /// <summary>A request came from an address that the server did not know, or that can't be allowed.</summary>
    AddressUnknown,

    /// <summary>More than ten addresses and blocks would have to be allowed.</summary>
    TooManyAddresses,
}

/// <summary>What proposed settings would have refused of the requests that a key was let in with, each setting by itself, as if the key had been given it at <paramref name="From"/>.</summary>
/// <param name="From">The beginning of an hour.</param>
/// <param name="Requests">Let in since.</param>
/// <param name="Scopes">Null: none were proposed, as of the others.</param>
public sealed record Forecast(
    DateTimeOffset From,
    DateTimeOffset To,
    long Requests,
    SettingForecast? Scopes,
    SettingForecast? AllowedIps,
    SettingForecast? RateLimit,
    Suggestion Suggestion);

/// <summary>What one setting would have refused.</summary>
/// <param name="Refused">Null: unknown. Where it is not exact: at most so many, never fewer than it would have been.</param>
/// <param name="Reason">Null where it is exact.</param>
/// <param name="ByRoute">The most refused first; null where it is not known, as of the other two.</param>
/// <param name="ByCaller">The most refused first; also callers of whom it is not known how many of their requests fall into the time.</param>
/// <param name="ByHour">In order; only hours in which something would have been refused, or may have been.</param>
public sealed record SettingForecast(
    long? Refused,
    bool Exact,
    ForecastReason? Reason,
    IReadOnlyList<RouteForecast>? ByRoute,
    IReadOnlyList<CallerForecast>? ByCaller,
    IReadOnlyList<HourForecast>? ByHour)
{
    /// <summary>For sure nothing.</summary>
    public static SettingForecast Nothing { get; } = new(0, Exact: true, Reason: null, [], [], []);
}

/// <param name="Route">As it is mapped, such as <c>GET /v1/leads/{id}</c>.</param>
/// <param name="Scope">That it needs; null where that is not known.</param>
public sealed record RouteForecast(string Route, string? Scope, long Refused);

/// <param name="Address">Null when the server did not know it.</param>
/// <param name="Agent">Null when none was sent.</param>
/// <param name="Refused">Null: the caller called before the time looked at as well, so that it is not known.</param>
public sealed record CallerForecast(string? Address, string? Agent, long? Refused, DateTimeOffset LastSeenAt);

/// <param name="At">The hour's beginning.</param>
/// <param name="Refused">Where it is not exact: at most.</param>
public sealed record HourForecast(DateTimeOffset At, long Refused, bool Exact);

/// <summary>The least settings that would have refused nothing. A reason stands where there is none.</summary>
/// <param name="RateLimit">One and a half times the highest hour, or more where that could have refused something.</param>
public sealed record Suggestion(
    IReadOnlyList<string>? Scopes,
    ForecastReason? ScopesReason,
    IReadOnlyList<string>? AllowedIps,
    ForecastReason? AllowedIpsReason,
    int? RateLimit,
    ForecastReason? RateLimitReason);
