using System.Diagnostics;
using System.Globalization;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// What one key's flood does to another key: the times of its requests while 31 connections send as fast as they can, once for 299 keys in turn and once for a
/// single key, which is let in, or over its limit, or badly signed. So the load is one and the same, and what differs is that one key makes it.
/// </summary>
internal static class FloodRun
{
    private const int Connections = 32;
    private const int Rounds = 7;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);

    public static void Print(TextWriter output)
    {
        Process.GetCurrentProcess().ProcessorAffinity = 2;
        using var server = ServerProcess.Start(cores: "0", keys: 300);
        using var client = new LoadClient(server.Address, Connections);
        var others = server.Reusable.Skip(1).ToList();
        var badly = others[0] with { Secret = others[1].Secret };
        (string Name, IReadOnlyList<LoadKey> Keys)[] floods =
            [("299 keys", others), ("one key, let in", [others[0]]), ("one key, over its limit", [server.Limited]), ("one key, badly signed", [badly])];
        var p99 = floods.Select(_ => new List<double>()).ToArray();
        var rates = floods.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < floods.Length; i++)
            {
                var (rate, p) = Take(client, floods[i].Keys, server.Reusable[0]);
                if (round > 0)
                {
                    rates[i].Add(rate);
                    p99[i].Add(p);
                }
            }
        }

        output.WriteLine("| the load is made by | its requests/s | p99 of another key, µs | ratio |");
        output.WriteLine("| --- | ---: | ---: | ---: |");
        for (var i = 0; i < floods.Length; i++)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {floods[i].Name} | {Turns.Median(rates[i]):0} | {Turns.Median(p99[i]):0} | {Turns.Median(p99[i].Zip(p99[0], (f, b) => f / b)):0.00} |"));
        }
    }

    private static (double Rate, double P99) Take(LoadClient client, IReadOnlyList<LoadKey> keys, LoadKey watched)
    {
        var flood = new RequestSource(keys, "POST", LoadServer.Signed, LoadRun.Body, fresh: false);
        var one = new RequestSource([watched], "POST", LoadServer.Signed, LoadRun.Body, fresh: false);
        var times = new List<double>();
        var answered = client.Run(Span, flood.Next, one.Next, times);
        return ((answered - times.Count) / Span.TotalSeconds, Turns.Quantile(times, 0.99));
    }
}
