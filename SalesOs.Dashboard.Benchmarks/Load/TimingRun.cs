using System.Globalization;
using System.Security.Cryptography;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// Whether the time of an answer tells a key that exists from one that does not: both kinds of refused requests in random order over one connection,
/// compared by Welch's t. Beside it the same test of two kinds that can't differ, which shows what the machine alone makes of it.
/// </summary>
internal static class TimingRun
{
    private const int OfEach = 20_000;

    public static void Print(TextWriter output)
    {
        System.Diagnostics.Process.GetCurrentProcess().ProcessorAffinity = 2;
        using var server = ServerProcess.Start(cores: "0", keys: 100);
        using var client = new LoadClient(server.Address, connections: 1);
        var unknown = Enumerable.Range(0, 100).Select(_ => new LoadKey(CredentialFormat.NewApiKey(test: false), CredentialFormat.NewSecret(test: false), "")).ToList();
        var otherUnknown = Enumerable.Range(0, 100).Select(_ => new LoadKey(CredentialFormat.NewApiKey(test: false), CredentialFormat.NewSecret(test: false), "")).ToList();
        var known = server.Reusable.Select(key => key with { Secret = CredentialFormat.NewSecret(test: false) }).ToList();
        Measure(client, unknown, otherUnknown, OfEach);
        Tell(output, "unknown key, other unknown key", Measure(client, unknown, otherUnknown, OfEach));
        Tell(output, "unknown key, bad signature", Measure(client, unknown, known, OfEach));
    }

    private static (List<double> A, List<double> B) Measure(LoadClient client, IReadOnlyList<LoadKey> a, IReadOnlyList<LoadKey> b, int ofEach)
    {
        // Each side in equal numbers, in an order that nobody could foresee.
        var order = Enumerable.Range(0, 2 * ofEach).Select(i => i % 2 == 0).ToArray();
        RandomNumberGenerator.Shuffle(order.AsSpan());
        var times = (A: new List<double>(ofEach), B: new List<double>(ofEach));
        for (var i = 0; i < order.Length; i++)
        {
            var key = (order[i] ? a : b)[i % a.Count];
            var request = LoadClient.Request(key, "POST", LoadServer.Signed, LoadRun.Body, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            (order[i] ? times.A : times.B).Add(client.MicrosecondsOf(request));
        }

        return times;
    }

    private static void Tell(TextWriter output, string sides, (List<double> A, List<double> B) times) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{sides}: {times.A.Count} each, medians {Turns.Median(times.A):F1} and {Turns.Median(times.B):F1} us, Welch t {WelchT(times.A, times.B):F2}"));

    private static double WelchT(List<double> a, List<double> b)
    {
        var (meanA, varianceA) = Moments(a);
        var (meanB, varianceB) = Moments(b);
        return (meanA - meanB) / Math.Sqrt((varianceA / a.Count) + (varianceB / b.Count));
    }

    private static (double Mean, double Variance) Moments(List<double> values)
    {
        var mean = values.Average();
        return (mean, values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}
