namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>What is on record of one key's use, as far as somebody looks back: all that a forecast is made from. It is loaded once and does not change.</summary>
public sealed class RecordedUse
{
    private readonly Dictionary<(long At, string Route), long> cells = [];
    private readonly Dictionary<string, long> routes = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string?> scopes;
    private Suggestion? suggestion;

    private RecordedUse(DateTimeOffset from, DateTimeOffset to, IReadOnlyDictionary<string, string?> scopes) => (From, To, this.scopes) = (from, to, scopes);

    /// <summary>The beginning of an hour.</summary>
    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    /// <summary>Let in since <see cref="From"/>.</summary>
    public long Requests { get; private init; }

    /// <summary>The least settings that would have refused nothing.</summary>
    public Suggestion Suggestion => suggestion ??= Suggest();

    /// <summary>The key's limit now.</summary>
    internal int RateLimit { get; private init; }

    /// <summary>It stood all the time that is looked at.</summary>
    internal bool LimitIsOld { get; private init; }

    /// <summary>In order, from the hour before <see cref="From"/> on.</summary>
    internal IReadOnlyList<UseStep> Steps { get; private init; } = [];

    internal IReadOnlyList<UseCaller> Callers { get; private init; } = [];

    /// <summary>At most so many requests of the time came from callers who are not on record.</summary>
    internal long MissingMost { get; private init; }

    /// <param name="rows">Hours from the one before <paramref name="from"/> on, and minutes of it or of later ones as far as they are kept, all read at one moment.</param>
    /// <param name="missing">How many requests, ever, came from callers who are not on record.</param>
    /// <param name="scopes">What each route needs, of the routes that are known.</param>
    internal static RecordedUse Of(
        DateTimeOffset from,
        DateTimeOffset to,
        IReadOnlyCollection<UseRow> rows,
        IEnumerable<KeyCaller> callers,
        long missing,
        RecordedLimit limit,
        IReadOnlyDictionary<string, string?> scopes)
    {
        var first = from.ToUnixTimeSeconds();
        var letIn = CountedAs.Of(Verdict.LetIn);
        var ofTime = rows.Where(row => row.Step == UsageStep.Hour && row.At >= first && row.Counted == letIn).ToList();
        var requests = ofTime.Sum(row => row.Count);
        List<UseCaller> seen = [.. callers.Select(caller => UseCaller.Of(caller, from))];
        var use = new RecordedUse(from, to, scopes)
        {
            Requests = requests,
            RateLimit = limit.Now,
            LimitIsOld = limit.IsOld,
            Steps = StepsOf(rows, first),
            Callers = seen,
            // The counts and the callers are of one moment; what they don't agree on is missing as well.
            MissingMost = Math.Max(0, Math.Max(Math.Min(missing, requests - seen.Sum(caller => caller.Least)), requests - seen.Sum(caller => caller.Most))),
        };
        foreach (var row in ofTime)
        {
            use.cells[(row.At, row.Route)] = use.cells.GetValueOrDefault((row.At, row.Route)) + row.Count;
            use.routes[row.Route] = use.routes.GetValueOrDefault(row.Route) + row.Count;
        }

        return use;
    }

    /// <summary>What settings that keep the rules would have refused.</summary>
    /// <exception cref="ArgumentException">An address is none.</exception>
    public Forecast Foretell(Proposal proposal) => new(
        From,
        To,
        Requests,
        proposal.Scopes is { } proposed ? OfScopes(proposed) : null,
        proposal.AllowedIps is { } addresses ? AddressForecast.Of(this, addresses) : null,
        proposal.RateLimit is { } limit ? LimitForecast.Of(this, limit) : null,
        Suggestion);

    /// <summary>Requests let in on routes that need the scope.</summary>
    public long UsesOf(string scope) => routes.Where(route => scopes.GetValueOrDefault(route.Key) == scope).Sum(route => route.Value);

    private Suggestion Suggest()
    {
        if (Requests == 0)
        {
            return new Suggestion(null, ForecastReason.NoRequests, null, ForecastReason.NoRequests, null, ForecastReason.NoRequests);
        }

        var (least, why) = LeastScopes();
        var (addresses, reason) = AddressForecast.Least(this);
        return new Suggestion(least, why, addresses, reason, LeastLimit(), RateLimitReason: null);
    }

    private SettingForecast OfScopes(IReadOnlyList<string> proposed)
    {
        if (proposed.Count == 0)
        {
            return SettingForecast.Nothing;
        }

        // A route that is not known may need a scope that is not proposed.
        var refused = routes.Keys.Where(route => !scopes.TryGetValue(route, out var scope) || (scope is not null && !proposed.Contains(scope, StringComparer.Ordinal))).ToHashSet(StringComparer.Ordinal);
        if (refused.Count == 0)
        {
            return SettingForecast.Nothing;
        }

        var exact = refused.All(scopes.ContainsKey);
        return new SettingForecast(
            refused.Sum(route => routes[route]),
            exact,
            exact ? null : ForecastReason.RouteUnknown,
            [.. refused.Select(route => new RouteForecast(route, scopes.GetValueOrDefault(route), routes[route])).OrderByDescending(route => route.Refused).ThenBy(route => route.Route, StringComparer.Ordinal)],
            ByCaller: null,
            [
                .. cells.Where(cell => refused.Contains(cell.Key.Route)).GroupBy(cell => cell.Key.At).OrderBy(hour => hour.Key)
                    .Select(hour => new HourForecast(DateTimeOffset.FromUnixTimeSeconds(hour.Key), hour.Sum(cell => cell.Value), hour.All(cell => scopes.ContainsKey(cell.Key.Route)))),
            ]);
    }

    private (IReadOnlyList<string>? Scopes, ForecastReason? Reason) LeastScopes()
    {
        if (!routes.Keys.All(scopes.ContainsKey))
        {
            return (null, ForecastReason.RouteUnknown);
        }

        List<string> used = [.. ApiKeys.Scopes.All.Where(scope => UsesOf(scope) > 0)];
        return used.Count > 0 ? (used, null) : (null, ForecastReason.NoScopeUsed);
    }

    private int LeastLimit()
    {
        // Of two hours that follow each other all may have come within one; where minutes are counted they say.
        var highest = Steps.Where(step => !step.IsBefore).GroupBy(step => step.Hour).Max(hour => hour.Sum(step => step.Granted));
        var least = Within(Math.Max((highest * 3 + 1) / 2, LimitForecast.HighestHour(Steps, all: false)));
        // Under a limit that was lower before, more would have come in then.
        return LimitForecast.Of(this, least).Refused == 0 ? least : Within(LimitForecast.HighestHour(Steps, all: true));
    }

    /// <summary>Of the hours at the end those by their minutes whose minutes are all there, the ones before as a whole.</summary>
    private static List<UseStep> StepsOf(IReadOnlyCollection<UseRow> rows, long first)
    {
        var hours = StepsOf(rows.Where(row => row.Step == UsageStep.Hour), first, isHour: true).ToList();
        var minutes = StepsOf(rows.Where(row => row.Step == UsageStep.Minute), first, isHour: false).ToList();
        var kept = minutes.GroupBy(step => step.Hour).ToDictionary(hour => hour.Key, hour => (hour.Sum(step => step.LetIn), hour.Sum(step => step.Others), hour.Sum(step => step.Limited)));
        var whole = hours.FindLastIndex(hour => kept.GetValueOrDefault(hour.Hour) != (hour.LetIn, hour.Others, hour.Limited)) + 1;
        return whole == hours.Count ? hours : [.. hours.Take(whole), .. minutes.Where(step => step.Hour >= hours[whole].Hour)];
    }

    private static IEnumerable<UseStep> StepsOf(IEnumerable<UseRow> rows, long first, bool isHour) => rows.GroupBy(row => row.At).OrderBy(step => step.Key).Select(step => new UseStep(
        (step.Key / 60) + (isHour ? 59 : 0),
        step.Where(row => row.Counted == CountedAs.Of(Verdict.LetIn)).Sum(row => row.Count),
        step.Where(row => row.Counted != CountedAs.Of(Verdict.LetIn) && row.Counted != CountedAs.Of(Verdict.RateLimited)).Sum(row => row.Count),
        step.Where(row => row.Counted == CountedAs.Of(Verdict.RateLimited)).Sum(row => row.Count),
        isHour,
        IsBefore: step.Key < first));

    private static int Within(long limit) => (int)Math.Clamp(limit, 1, ApiKeys.KeyRules.MaxRateLimit);
}
