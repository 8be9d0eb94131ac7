using System.Globalization;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>
/// Verifying among few keys beside verifying among a million, in turns. Every turn signs for other keys, drawn at random from all, so that
/// the large ring is met as it lies in memory and not as the last turn left it in the cache.
/// </summary>
internal static class GrowthRun
{
    private const int Few = 100;
    private const int Many = 1_000_000;
    private const int Rounds = 301;
    private const int Calls = 2000;

    public static void Print(TextWriter output)
    {
        var random = new Random(1);
        var few = new LoadedGate(Few, revoked: true);
        var many = new LoadedGate(Many, revoked: true);
        var atFew = new List<double>();
        var atMany = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            atFew.Add(Turn(few, random));
            atMany.Add(Turn(many, random));
        }

        // What the runtime compiled for good only meanwhile does not count.
        var paired = atMany.Zip(atFew, (m, f) => m / f).Skip(Rounds / 3);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"among {Few}: {Turns.Median(atFew):F2} us, among {Many}: {Turns.Median(atMany):F2} us, median of the paired ratios {Turns.Median(paired):F3}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"an idle key takes {many.BytesPerKey:F0} bytes of the ring's heap"));
    }

    private static double Turn(LoadedGate gate, Random random)
    {
        var requests = gate.Sign(Calls, random);
        return Turns.MicrosecondsOf(Calls, i =>
        {
            if (gate.Decide(requests[i]) != gate.Expected)
            {
                throw new InvalidOperationException("The gate decides otherwise than it should, so its time would mean nothing.");
            }
        });
    }
}
