using System.Net;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Tests.Usage.Forecasts;

/// <summary>How one integration used its key, made from a seed.</summary>
/// <param name="Days">From the first request to the end.</param>
/// <param name="Limit">The key's own.</param>
/// <param name="Callers">Addresses it comes from.</param>
/// <param name="LaterLimit">What the limit is edited to half way; null: it stays.</param>
/// <param name="Twice">Some requests that change something are sent twice, and their signatures are good once.</param>
internal sealed record HistoryShape(int Seed, int Requests, double Days, int Limit, int Callers, int? LaterLimit = null, bool Twice = false);

/// <summary>
/// A key's requests as the gate has judged them and the record has counted them, so that they can be put through the gate once more under other settings.
/// </summary>
internal sealed class JudgedHistory
{
    private const int RequestsPerFlush = 400;

    private static readonly (string Name, string? Scope)[] Routes =
    [
        ("GET /v1/leads", Scopes.LeadsRead), ("POST /v1/leads", Scopes.LeadsWrite), ("GET /v1/whoami", null), ("POST /functions/v1/default-integration", Scopes.DefaultSync),
    ];

    private readonly KeyHouse house;
    private readonly SignedRoute[] routes;
    private readonly List<Sent> requests = [];
    private RingKey key = null!;

    private JudgedHistory(KeyHouse house)
    {
        this.house = house;
        routes = [.. Routes.Select(route => new SignedRoute(route.Scope, MaxBodyBytes: null, house.Get<UsageRecorder>().RouteNumber(route.Name, route.Scope)))];
    }

    public Guid Id => key.Id;

    public int LetIn => requests.Count(sent => sent.LetIn);

    public static async Task<JudgedHistory> MakeAsync(KeyHouse house, HistoryShape shape)
    {
        var history = new JudgedHistory(house);
        var made = await house.MakeAsync(new NewKey("Judged", RateLimit: shape.Limit, SingleUse: shape.Twice));
        history.key = house.Ring.Find(made.ApiKey)!;
        await history.RunAsync(shape);
        await house.Get<UsageWriter>().FlushAsync();
        await house.Get<UsageSweeper>().SweepAsync();
        return history;
    }

    public async Task<Forecast> ForetellAsync(Proposal proposal) => (await house.Get<ForecastQuery>().OfAsync(Id, proposal, KeyHouse.Auditor())).Value!;

    /// <summary>Of the requests that were let in since <paramref name="from"/>, those that the gate refuses under these settings, by their hours.</summary>
    public async Task<SortedDictionary<DateTimeOffset, long>> RefusedAsync(
        DateTimeOffset from, IReadOnlyList<string>? scopes = null, IReadOnlyList<string>? allowedIps = null, int? rateLimit = null)
    {
        // A clock of its own: the house's is at the end of it all. What the key asks beside stays as it was, and scopes and addresses were not restricted.
        var clock = new FakeTimeProvider(from);
        var judged = new JudgedKey(JudgedKey.Like(key, scopes, allowedIps, rateLimit ?? (scopes is null && allowedIps is null ? null : 1_000_000)), clock);
        foreach (var before in requests.Where(sent => sent.Granted && sent.At < from && sent.At >= from.AddHours(-1)).GroupBy(sent => sent.At.ToUnixTimeSeconds() / 60))
        {
            judged.Restore(before.Key, before.Count());
        }

        var refused = new SortedDictionary<DateTimeOffset, long>();
        foreach (var sent in requests.Where(sent => sent.At >= from))
        {
            clock.SetUtcNow(sent.At);
            var verdict = await judged.JudgeAsync(Sign(sent), routes[sent.Route]);
            if (sent.LetIn && verdict is (Verdict.RateLimited or Verdict.MissingScope or Verdict.AddressNotAllowed))
            {
                var hour = DateTimeOffset.FromUnixTimeSeconds(sent.At.ToUnixTimeSeconds() / 3600 * 3600);
                refused[hour] = refused.GetValueOrDefault(hour) + 1;
            }
        }

        return refused;
    }

    private static IPAddress AddressOf(int caller) => caller % 4 == 3
        ? IPAddress.Parse(FormattableString.Invariant($"2001:db8:0:{caller / 40:x}::{caller:x}"))
        : IPAddress.Parse(FormattableString.Invariant($"198.51.{100 + (caller / 200)}.{1 + (caller % 200)}"));

    private async Task RunAsync(HistoryShape shape)
    {
        var judged = new JudgedKey(JudgedKey.Like(key), house.Clock);
        var recorder = house.Get<UsageRecorder>();
        var begin = house.Clock.GetUtcNow();
        var edited = shape.LaterLimit is null;
        foreach (var sent in Times(shape, begin))
        {
            house.Clock.SetUtcNow(sent.At);
            if (!edited && sent.At - begin > TimeSpan.FromDays(shape.Days / 2))
            {
                edited = true;
                (await house.Keys.EditAsync(Id, new KeyEdit { RateLimit = shape.LaterLimit!.Value }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
                judged.Limit(shape.LaterLimit.Value);
            }

            var verdict = await judged.JudgeAsync(Sign(sent), routes[sent.Route]);
            var route = routes[sent.Route].Number;
            var now = sent.At.ToUnixTimeMilliseconds();
            if (verdict == Verdict.LetIn)
            {
                recorder.LetIn(key, route, now, AddressOf(sent.Caller), "judged/1");
            }
            else
            {
                recorder.Refused(key, route, now, verdict);
            }

            requests.Add(sent with { LetIn = verdict == Verdict.LetIn, Granted = CountedAs.Granted.Contains(CountedAs.Of(verdict)) });
            if (requests.Count % RequestsPerFlush == 0)
            {
                await house.Get<UsageWriter>().FlushAsync();
            }
        }

        house.Clock.SetUtcNow(begin.AddDays(shape.Days));
    }

    /// <summary>Bursts of a batch, an even trickle, silences, and calls about the turn of the hour.</summary>
    private static IEnumerable<Sent> Times(HistoryShape shape, DateTimeOffset begin)
    {
        var random = new Random(shape.Seed);
        var span = (long)TimeSpan.FromDays(shape.Days).TotalSeconds;
        var times = new List<long>();
        while (times.Count < shape.Requests)
        {
            var start = random.NextInt64(span);
            var (count, width) = random.Next(4) switch
            {
                0 => (random.Next(1, Math.Max(2, shape.Limit)), random.Next(1, 180)),
                1 => (random.Next(1, Math.Max(2, shape.Limit * 2)), random.Next(600, 7200)),
                2 => (random.Next(1, 20), 1),
                _ => (random.Next(1, 60), 86_400),
            };
            start = random.Next(3) == 0 ? (start / 3600 * 3600) + 3600 - (width / 2) : start;
            for (var i = 0; i < count && times.Count < shape.Requests; i++)
            {
                times.Add(Math.Clamp(start + random.NextInt64(width), 0, span - 1));
            }
        }

        times.Sort();
        foreach (var at in times)
        {
            // The second half of a history leaves out a route and some callers.
            var late = at > span / 2;
            var sent = new Sent(begin.AddSeconds(at), random.Next(late ? Routes.Length - 1 : Routes.Length), random.Next(late ? Math.Max(1, shape.Callers / 2) : shape.Callers), LetIn: false, Granted: false, Posts: shape.Twice);
            yield return sent;
            if (shape.Twice && random.Next(5) == 0)
            {
                yield return sent;
            }
        }
    }

    private Microsoft.AspNetCore.Http.DefaultHttpContext Sign(Sent sent) =>
        JudgedKey.Sign(key, sent.At.ToUnixTimeSeconds(), sent.Posts ? "POST" : "GET", AddressOf(sent.Caller));

    /// <param name="Granted">It took from the hour.</param>
    /// <param name="Posts">Its signature is good once; all of one second have the same.</param>
    private sealed record Sent(DateTimeOffset At, int Route, int Caller, bool LetIn, bool Granted, bool Posts);
}
