using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>What the demo's keys were used for: counts by minute, hour and day that add up, callers, and refused requests.</summary>
internal sealed class DemoUsage(UsageRetention retention, Random random, DateTimeOffset now)
{
    private readonly Dictionary<UsageStep, long> oldest = UsageSteps.All.ToDictionary(step => step, step => retention.OldestKept(step, now));

    /// <summary>All that one key has seen until now.</summary>
    public DemoRecord Of(DemoMade key)
    {
        var record = new DemoRecord(key);
        if (key.Traffic is { } traffic)
        {
            Count(record, traffic);
            SplitCallers(record, traffic);
        }

        foreach (var rejection in key.Rejections)
        {
            Refuse(record, rejection);
        }

        return record;
    }

    private void Count(DemoRecord record, DemoTraffic traffic)
    {
        var from = traffic.Since is { } since ? now.AddDays(-since) : record.Key.CreatedAt;
        var until = Earlier(record.Key.EndedAt, now.AddDays(-traffic.Until));
        for (var hour = UsageSteps.StartOf(UsageStep.Hour, from.ToUnixTimeSeconds()) + 3600; hour < until.ToUnixTimeSeconds(); hour += 3600)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(hour);
            var expected = traffic.Expected(time, (now - time).TotalDays) * (0.8 + (0.4 * random.NextDouble()));
            // Minutes are kept for the last two days alone.
            var width = hour >= oldest[UsageStep.Minute] ? 60 : 3600;
            for (var at = hour; at < hour + 3600 && at + width <= until.ToUnixTimeSeconds(); at += width)
            {
                Answer(record, traffic, at, width, Poisson(expected * width / 3600));
            }
        }
    }

    private void Answer(DemoRecord record, DemoTraffic traffic, long at, int width, int requests)
    {
        var left = requests;
        for (var i = 0; i < traffic.Routes.Length && left > 0; i++)
        {
            var here = i == traffic.Routes.Length - 1 ? left : Poisson(left * 0.55);
            here = Math.Min(here, left);
            left -= here;
            var faulty = Math.Min(here, Poisson(here * traffic.Faulty));
            var broken = Math.Min(here - faulty, Poisson(here * 0.0004));
            Add(record, at, traffic.Routes[i], CountedAs.Of(Verdict.LetIn), here);
            Add(record, at, traffic.Routes[i], CountedAs.Of(AnswerClass.Success), here - faulty - broken);
            Add(record, at, traffic.Routes[i], CountedAs.Of(AnswerClass.ClientError), faulty);
            Add(record, at, traffic.Routes[i], CountedAs.Of(AnswerClass.ServerError), broken);
        }

        if (requests > 0)
        {
            record.LetIn += requests;
            record.LastUsedAt = DateTimeOffset.FromUnixTimeSeconds(at).AddMilliseconds(random.Next(width * 1000));
        }
    }

    private void SplitCallers(DemoRecord record, DemoTraffic traffic)
    {
        var left = record.LetIn;
        for (var i = 0; i < traffic.Addresses.Length && left > 0; i++)
        {
            var here = i == traffic.Addresses.Length - 1 ? left : (long)Math.Ceiling(left * 0.6);
            left -= here;
            var last = record.LastUsedAt!.Value.AddMinutes(-(i * (7 + random.Next(50))));
            record.Callers.Add(new KeyCaller
            {
                TenantId = record.Key.TenantId,
                KeyId = record.Key.Id,
                Address = traffic.Addresses[i],
                Agent = traffic.Agent,
                FirstSeenAt = Earlier(record.Key.CreatedAt.AddHours(1 + (i * 31)), last),
                LastSeenAt = last,
                Count = here,
            });
        }
    }

    private void Refuse(DemoRecord record, DemoRejection rejection)
    {
        for (var i = 0; i < rejection.Count; i++)
        {
            var ago = rejection.Until + ((rejection.Days - rejection.Until) * random.NextDouble());
            var at = now.AddDays(-ago).AddMinutes(-2);
            var address = rejection.Mistake == DemoMistake.ForeignAddress ? "192.0.2.230" : record.Key.Traffic?.Addresses[0] ?? "192.0.2.231";
            var one = DemoRejections.Of(record.Key, rejection, at, address, record.Key.Traffic?.Agent ?? "curl/8.16.0");
            record.Refused.Add(one);
            Add(record, at.ToUnixTimeSeconds(), rejection.Route, CountedAs.Of(one.Verdict), 1);
        }
    }

    private void Add(DemoRecord record, long at, string route, short counted, int count)
    {
        foreach (var step in count > 0 ? UsageSteps.All : [])
        {
            var start = UsageSteps.StartOf(step, at);
            if (start >= oldest[step])
            {
                var cell = (step, start, route, counted);
                record.Counts[cell] = record.Counts.GetValueOrDefault(cell) + count;
            }
        }
    }

    private int Poisson(double mean)
    {
        if (mean <= 0)
        {
            return 0;
        }

        if (mean > 40)
        {
            // Close enough to it that nobody sees the difference.
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return (int)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * normal)));
        }

        var limit = Math.Exp(-mean);
        var product = random.NextDouble();
        var count = 0;
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }

        return count;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}

/// <summary>A key that the demo has made.</summary>
/// <param name="K1">32 bytes, to sign the demo's refused requests with.</param>
/// <param name="EndedAt">When it was revoked or expired; the latest time there is for one that goes on.</param>
internal sealed record DemoMade(Guid Id, string TenantId, byte[] K1, DateTimeOffset CreatedAt, DateTimeOffset EndedAt, DemoTraffic? Traffic, IReadOnlyList<DemoRejection> Rejections);

/// <summary>What <see cref="DemoUsage"/> tells of one key.</summary>
internal sealed class DemoRecord(DemoMade key)
{
    public DemoMade Key => key;

    public long LetIn { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public Dictionary<(UsageStep Step, long At, string Route, short Counted), long> Counts { get; } = [];

    public List<KeyCaller> Callers { get; } = [];

    public List<Rejection> Refused { get; } = [];
}
