using System.Diagnostics;
using System.Globalization;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>
/// The two sides of <see cref="SignatureBenchmarks"/> in turns of a few milliseconds, the fastest turn of each: BenchmarkDotNet measures one side
/// after the other, and on a machine that does other work meanwhile each side then meets another machine.
/// </summary>
public static class SignatureRatio
{
    private const int Turns = 400;
    private const int CallsPerTurn = 500;

    public static void Print(TextWriter output)
    {
        var sides = new SignatureBenchmarks();
        sides.Prepare();
        var (bare, verified) = (double.MaxValue, double.MaxValue);
        for (var turn = 0; turn < Turns; turn++)
        {
            bare = Math.Min(bare, MicrosecondsOf(sides.BareChain));
            verified = Math.Min(verified, MicrosecondsOf(sides.ParseAndVerify));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"BareChain {bare:F2} us, ParseAndVerify {verified:F2} us, ratio {verified / bare:F2}"));
    }

    private static double MicrosecondsOf<T>(Func<T> call)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < CallsPerTurn; i++)
        {
            call();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / CallsPerTurn;
    }
}
