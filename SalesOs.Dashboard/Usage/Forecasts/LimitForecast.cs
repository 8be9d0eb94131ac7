namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>
/// What another limit would have refused: the gate's sliding hour of 61 minutes once more, over what was counted. Where only hours are counted it says the most
/// that can have been refused, however the requests lay in the hour. Pure.
/// </summary>
/// <remarks>
/// A lower limit lets in a part of what a higher one lets in, as long as neither changes: what the key's limit refused, a lower one refuses too, and what it let in, a
/// higher one lets in too. Where the key's own limit changed meanwhile, all requests are judged anew, also those beyond the limit of then.
/// </remarks>
internal sealed class LimitForecast
{
    /// <summary>Minutes before one that count into its hour.</summary>
    private const int Reach = Cluster.SlidingHour.Buckets - 1;

    private readonly IReadOnlyList<UseStep> steps;
    private readonly long limit;
    private readonly long[] attempts;

    /// <summary>What of each step was let in under the limit, while that is known.</summary>
    private readonly long[] taken;

    private readonly SortedDictionary<long, (long Least, long Most)> hours = [];
    private bool byHours;
    private bool byOrder;

    private LimitForecast(RecordedUse use, int limit)
    {
        (steps, this.limit) = (use.Steps, limit);
        attempts = [.. steps.Select(step => step.IsBefore || use.LimitIsOld ? step.Granted : step.Granted + step.Limited)];
        taken = new long[attempts.Length];
    }

    public static SettingForecast Of(RecordedUse use, int limit)
    {
        if (use.LimitIsOld && limit >= use.RateLimit)
        {
            return SettingForecast.Nothing;
        }

        var forecast = new LimitForecast(use, limit);
        forecast.Run();
        return forecast.Result();
    }

    /// <summary>The most that any hour of 61 minutes can have held.</summary>
    /// <param name="all">With what was refused for the limit.</param>
    public static long HighestHour(IReadOnlyList<UseStep> steps, bool all)
    {
        var (sum, highest, oldest) = (0L, 0L, 0);
        foreach (var step in steps)
        {
            while (steps[oldest].Minute < step.Minute - Reach)
            {
                sum -= CountOf(steps[oldest++]);
            }

            sum += CountOf(step);
            highest = Math.Max(highest, sum);
        }

        return highest;

        long CountOf(UseStep step) => step.Granted + (all ? step.Limited : 0);
    }

    private void Run()
    {
        // Attempts in the hour before a step, and in that hour and the one before it.
        var (inHour, inTwo, firstOfHour, firstOfTwo) = (0L, 0L, 0, 0);
        var (used, firstUsed) = (0L, 0);
        var (known, latestHour) = (true, long.MinValue);
        for (var i = 0; i < attempts.Length; i++)
        {
            var step = steps[i];
            for (; steps[firstOfHour].Minute < step.Minute - Reach; firstOfHour++)
            {
                inHour -= attempts[firstOfHour];
            }

            for (; steps[firstOfTwo].Minute < step.Minute - (2 * Reach); firstOfTwo++)
            {
                inTwo -= attempts[firstOfTwo];
            }

            if (!known && latestHour < step.Minute - Reach && inTwo <= limit)
            {
                // Nothing can have been refused within the last hour, so that the hour holds what was counted.
                Array.Copy(attempts, firstOfHour, taken, firstOfHour, i - firstOfHour);
                (known, used, firstUsed) = (true, inHour, firstOfHour);
            }

            for (; known && steps[firstUsed].Minute < step.Minute - Reach; firstUsed++)
            {
                used -= taken[firstUsed];
            }

            if (step.IsHour)
            {
                (known, latestHour) = (false, step.Minute);
            }

            if (step.IsBefore)
            {
                taken[i] = attempts[i];
                used += taken[i];
            }
            else if (known)
            {
                taken[i] = Math.Clamp(limit - used, 0, attempts[i]);
                used += taken[i];
                Note(step, attempts[i] - taken[i], attempts[i]);
            }
            else
            {
                NoteMost(step, Math.Max(0, inHour + attempts[i] - limit));
            }

            inHour += attempts[i];
            inTwo += attempts[i];
        }
    }

    /// <summary>So many of the step's attempts were refused; which of them, its order would say.</summary>
    private void Note(UseStep step, long refused, long attempted)
    {
        var (least, most) = (Math.Max(0, refused - (attempted - step.LetIn)), Math.Min(refused, step.LetIn));
        byOrder |= least < most;
        Add(step, least, most);
    }

    private void NoteMost(UseStep step, long refused)
    {
        // Within an hour no more is let in than the limit.
        var (least, most) = (Math.Max(0, step.LetIn - limit), Math.Min(refused, step.LetIn));
        byHours |= least < most;
        Add(step, least, most);
    }

    private void Add(UseStep step, long least, long most)
    {
        if (most > 0)
        {
            var before = hours.GetValueOrDefault(step.Hour);
            hours[step.Hour] = (before.Least + least, before.Most + most);
        }
    }

    private SettingForecast Result()
    {
        var refused = hours.Values.Sum(hour => hour.Most);
        return refused == 0 ? SettingForecast.Nothing : new SettingForecast(
            refused,
            Exact: !byHours && !byOrder,
            byHours ? ForecastReason.BoundedByHours : byOrder ? ForecastReason.OrderUnknown : null,
            ByRoute: null,
            ByCaller: null,
            [.. hours.Select(hour => new HourForecast(DateTimeOffset.FromUnixTimeSeconds(hour.Key * 3600), hour.Value.Most, hour.Value.Least == hour.Value.Most))]);
    }
}
