using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Api;

/// <summary>What happened to a key's requests. An answer is counted for each that was let in, once it is known.</summary>
/// <param name="Succeeded">Answered with a status below 400.</param>
public sealed record TotalsAnswer(long LetIn, long Refused, long Succeeded, long ClientErrors, long ServerErrors)
{
    public static TotalsAnswer Of(UsageTotals t) => new(t.LetIn, t.Refused, t.Succeeded, t.ClientErrors, t.ServerErrors);
}

/// <param name="At">The step's beginning.</param>
public sealed record UsagePointAnswer(DateTimeOffset At, long LetIn, long Refused, long Succeeded, long ClientErrors, long ServerErrors);

/// <param name="Route">As it is mapped, such as <c>GET /v1/leads/{id}</c>.</param>
public sealed record RouteUsageAnswer(string Route, long LetIn, long Refused, long Succeeded, long ClientErrors, long ServerErrors);

public sealed record VerdictUsageAnswer(Verdict Outcome, long Count);

/// <summary>A key's usage over a time; every part of it adds up to <paramref name="Totals"/>.</summary>
/// <param name="From">The first step's beginning.</param>
/// <param name="To">The last step's end.</param>
/// <param name="Series">Every step in order, also those in which nothing happened.</param>
/// <param name="ByRoute">The most used first.</param>
/// <param name="ByOutcome">Those that occurred.</param>
public sealed record UsageAnswer(
    DateTimeOffset From,
    DateTimeOffset To,
    UsageStep Step,
    IReadOnlyList<UsagePointAnswer> Series,
    TotalsAnswer Totals,
    IReadOnlyList<RouteUsageAnswer> ByRoute,
    IReadOnlyList<VerdictUsageAnswer> ByOutcome)
{
    public static UsageAnswer Of(UsageReport r) => new(
        r.From,
        r.To,
        r.Step,
        [.. r.Points.Select(p => new UsagePointAnswer(p.At, p.Totals.LetIn, p.Totals.Refused, p.Totals.Succeeded, p.Totals.ClientErrors, p.Totals.ServerErrors))],
        TotalsAnswer.Of(r.Totals),
        [.. r.Routes.Select(x => new RouteUsageAnswer(x.Route, x.Totals.LetIn, x.Totals.Refused, x.Totals.Succeeded, x.Totals.ClientErrors, x.Totals.ServerErrors))],
        [.. r.Verdicts.Select(v => new VerdictUsageAnswer(v.Key, v.Value))]);
}

/// <param name="Address">Null when the server did not know it.</param>
/// <param name="Agent">Null when none was sent.</param>
public sealed record LatestCallAnswer(DateTimeOffset At, string? Address, string? Agent);

/// <summary>What stops when a key is revoked.</summary>
/// <param name="Requests">Let in during the last 24 hours.</param>
/// <param name="Addresses">That these came from.</param>
/// <param name="Latest">Null: the key was never used.</param>
/// <param name="Quiet">Silent for longer than is usual.</param>
/// <param name="SilentSince">The latest request, or the making of a key that was never used; null for a revoked key, as all that follows.</param>
/// <param name="QuietFrom">When the silence becomes longer than usual.</param>
/// <param name="LongestUsualSilence">Seconds, from 90 days of hours; null: there is no history.</param>
/// <param name="NextExpected">When a request is next expected, or was; null: there is no history.</param>
public sealed record StopFactsAnswer(
    long Requests,
    int Addresses,
    LatestCallAnswer? Latest,
    bool Quiet,
    DateTimeOffset? SilentSince,
    DateTimeOffset? QuietFrom,
    long? LongestUsualSilence,
    DateTimeOffset? NextExpected)
{
    public static StopFactsAnswer Of(StopFacts f, DateTimeOffset now) => new(
        f.Requests,
        f.Addresses,
        f.Latest is { } latest ? new LatestCallAnswer(latest.At, latest.Address, latest.Agent) : null,
        f.Silence?.IsQuiet(now) == true,
        f.Silence?.SilentSince,
        f.Silence?.QuietFrom,
        (long?)f.Silence?.Rhythm.LongestUsual?.TotalSeconds,
        f.Silence?.NextExpected);
}

/// <summary>A refused request with the true reason, which its sender was not told.</summary>
/// <param name="Proven">The signature held.</param>
/// <param name="TargetCut"><paramref name="Target"/> is not the whole of it.</param>
/// <param name="SkewSeconds">Seconds by which the sender's clock is behind; negative: ahead. Null when no TIMESTAMP could be read.</param>
/// <param name="SignatureStart">The first 8 of its 64 hex digits.</param>
/// <param name="BodyDigest">Lowercase hex of SHA-256; null when the body was not read.</param>
/// <param name="Scope">What the route asks for.</param>
/// <param name="Mistake">The usual mistake that gives exactly this signature; null when none of them does or the outcome says it all.</param>
/// <param name="Diagnosis">The reason in one sentence.</param>
public sealed record RejectionAnswer(
    Guid RequestId,
    Guid KeyId,
    DateTimeOffset At,
    Verdict Outcome,
    bool Proven,
    string Method,
    string Target,
    bool TargetCut,
    string? Address,
    string? Agent,
    long? SkewSeconds,
    string? Timestamp,
    string? SignatureStart,
    string? BodyDigest,
    string? Scope,
    Culprit? Mistake,
    string Diagnosis)
{
    public static RejectionAnswer Of(RejectionView r) => new(
        r.RequestId,
        r.KeyId,
        r.At,
        r.Verdict,
        r.Proven,
        r.Method,
        r.Target,
        r.TargetCut,
        r.Address,
        r.Agent,
        r.SkewSeconds,
        r.Timestamp,
        r.SignatureStart,
        r.BodyDigest,
        r.Scope,
        r.Culprit == Culprit.None ? null : r.Culprit,
        RejectionWords.Of(r));
}
