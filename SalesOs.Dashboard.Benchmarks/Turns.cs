using System.Diagnostics;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>
/// Sides measured in turns of a few milliseconds: BenchmarkDotNet measures one side after the other, and on a machine that does other work
/// meanwhile each side then meets another machine.
/// </summary>
internal static class Turns
{
    /// <returns>Microseconds a call took in this turn.</returns>
    public static double MicrosecondsOf(int calls, Action<int> call)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            call(i);
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
    }

    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <param name="share">0 to 1.</param>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
    }
}
