using System.Globalization;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>The sides of <see cref="GateBenchmarks"/> and <see cref="SignatureBenchmarks"/> in short turns, the fastest turn of each.</summary>
internal static class RatioRun
{
    private const int Rounds = 400;
    private const int Calls = 500;

    public static void Print(TextWriter output)
    {
        var signature = new SignatureBenchmarks();
        signature.Prepare();
        var gate = new GateBenchmarks();
        gate.Prepare();
        (string Name, Action<int> Call)[] sides =
        [
            ("bare chain", _ => signature.BareChain()),
            ("parse and verify", _ => signature.ParseAndVerify()),
            ("form, parse, window, ring, chain, compare", _ => gate.Verify()),
            ("all checks", _ => gate.Decide()),
        ];
        var fastest = sides.Select(_ => double.MaxValue).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                fastest[i] = Math.Min(fastest[i], Turns.MicrosecondsOf(Calls, sides[i].Call));
            }
        }

        for (var i = 0; i < sides.Length; i++)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sides[i].Name}: {fastest[i]:F2} us, ratio {fastest[i] / fastest[0]:F2}"));
        }
    }
}
