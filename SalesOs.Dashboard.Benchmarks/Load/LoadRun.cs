using System.Diagnostics;
using System.Globalization;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// Drives the program on core 0 from core 1, baseline and subject in turns (A B A B …), and prints medians and ratios. Each turn is short, so
/// that what else the machine does meets both sides alike; a pair of turns in which something else had the core is left out, as long as enough remain.
/// </summary>
internal static class LoadRun
{
    private const int Connections = 32;
    private const int Rounds = 11;
    private const int NaiveRounds = 5;
    private const int WarmUps = 16;
    private const int Fewest = 5;

    /// <summary>Below this share of the core the server was waiting, be it for the driver or for the machine.</summary>
    private const double Undisturbed = 0.9;

    internal static readonly TimeSpan Span = TimeSpan.FromSeconds(2);

    /// <summary>Longer than the recorder waits to write: each turn pays for the writing of its own counts, and no other's.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.2);

    internal static readonly byte[] Body = [.. Enumerable.Range(0, 512).Select(i => (byte)('a' + (i % 26)))];

    internal sealed record Subject(string Name, string Method, string Target, bool Fresh);

    internal sealed record Turn(double Rate, double CpuMicroseconds, double Bytes, double Busy);

    public static void Print(TextWriter output)
    {
        // The main thread alone drives.
        Process.GetCurrentProcess().ProcessorAffinity = 2;
        using var server = ServerProcess.Start(cores: "0", keys: 300);
        using var client = new LoadClient(server.Address, Connections);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"server on one core, {Connections} connections, up to {Rounds} turns of {Span.TotalSeconds} s each side, medians"));
        output.WriteLine();
        output.WriteLine("| route | requests/s | CPU µs a request | bytes allocated | ratio of rates | ratio of CPU | core busy | turns |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        // Until the runtime has compiled the hot paths for good, both sides only get faster.
        for (var i = 0; i < WarmUps; i++)
        {
            Take(server, client, new Subject("warm-up", i % 4 < 2 ? "POST" : "GET", i % 2 == 0 ? LoadServer.Ungated : LoadServer.Signed, Fresh: false));
        }

        foreach (var method in (string[])["POST", "GET"])
        {
            var ungated = new Subject($"{method} ungated", method, LoadServer.Ungated, Fresh: false);
            Compare(output, server, client, ungated, new Subject($"{method} signed, all checks, replayed", method, LoadServer.Signed, Fresh: false));
            if (method == "POST")
            {
                Compare(output, server, client, ungated, new Subject("POST signed, single use, fresh", method, LoadServer.Signed, Fresh: true));
                Compare(output, server, client, new Subject("POST naive gate", method, LoadServer.Naive, Fresh: false), new Subject("POST signed, all checks, replayed", method, LoadServer.Signed, Fresh: false), NaiveRounds);
            }
        }

        if (client.Refused > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{client.Refused} requests were refused: the figures above are void."));
        }
    }

    /// <summary>
    /// Whole signed requests to a program with few keys in its ring and to one with many, in turns, of many keys drawn from all. Counts are not written meanwhile: what
    /// that takes depends on how many keys are used, not on how many there are.
    /// </summary>
    public static void PrintGrowth(TextWriter output)
    {
        Process.GetCurrentProcess().ProcessorAffinity = 2;
        using var few = ServerProcess.Start(cores: "0", keys: 1, inRing: 100);
        using var many = ServerProcess.Start(cores: "0", keys: 1, inRing: 1_000_000);
        using var toFew = new LoadClient(few.Address, Connections);
        using var toMany = new LoadClient(many.Address, Connections);
        var signed = new Subject("signed", "POST", LoadServer.Signed, Fresh: false);
        var pairs = new List<(Turn Few, Turn Many)>();
        for (var i = 0; i < WarmUps + Rounds; i++)
        {
            pairs.Add((Take(few, toFew, signed, few.InRing), Take(many, toMany, signed, many.InRing)));
        }

        pairs.RemoveRange(0, WarmUps);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a whole signed request among 100 keys: {Turns.Median(pairs.Select(p => p.Few.CpuMicroseconds)):F1} us of CPU, among 1000000: {Turns.Median(pairs.Select(p => p.Many.CpuMicroseconds)):F1}, median of the paired ratios {Turns.Median(pairs.Select(p => p.Many.CpuMicroseconds / p.Few.CpuMicroseconds)):F3}; {toFew.Refused + toMany.Refused} refused"));
    }

    private static void Compare(TextWriter output, ServerProcess server, LoadClient client, Subject baseline, Subject subject, int rounds = Rounds)
    {
        var pairs = new List<(Turn Baseline, Turn Subject)>();
        Take(server, client, baseline);
        Take(server, client, subject);
        for (var i = 0; i < rounds; i++)
        {
            pairs.Add((Take(server, client, baseline), Take(server, client, subject)));
        }

        var undisturbed = pairs.Where(pair => Math.Min(pair.Baseline.Busy, pair.Subject.Busy) >= Undisturbed).ToList();
        pairs = undisturbed.Count >= Fewest ? undisturbed : pairs;
        var rates = Turns.Median(pairs.Select(pair => pair.Subject.Rate / pair.Baseline.Rate));
        var cpus = Turns.Median(pairs.Select(pair => pair.Baseline.CpuMicroseconds / pair.Subject.CpuMicroseconds));
        output.WriteLine(Row(baseline, pairs.ConvertAll(pair => pair.Baseline), "1 | 1"));
        output.WriteLine(Row(subject, pairs.ConvertAll(pair => pair.Subject), string.Create(CultureInfo.InvariantCulture, $"{rates:0.00} | {cpus:0.00}")));
    }

    private static string Row(Subject subject, List<Turn> turns, string ratios) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {subject.Name} | {Turns.Median(turns.Select(t => t.Rate)):0} | {Turns.Median(turns.Select(t => t.CpuMicroseconds)):0.0} | {Turns.Median(turns.Select(t => t.Bytes)):0} | {ratios} | {Turns.Median(turns.Select(t => t.Busy)):P0} | {turns.Count} |");

    internal static Turn Take(ServerProcess server, LoadClient client, Subject subject, IReadOnlyList<LoadKey>? keys = null)
    {
        var requests = new RequestSource(keys ?? (subject.Fresh ? server.SingleUse : server.Reusable), subject.Method, subject.Target, subject.Method == "POST" ? Body : [], subject.Fresh);
        var allocated = server.AllocatedBytes();
        var cpu = server.Cpu();
        var started = Stopwatch.GetTimestamp();
        var answered = client.Run(Span, requests.Next);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var used = server.Cpu() - cpu;
        var bytes = server.AllocatedBytes() - allocated;
        Thread.Sleep(Pause);
        return new Turn(answered / elapsed.TotalSeconds, used.TotalMicroseconds / answered, (double)bytes / answered, used / elapsed);
    }
}

/// <summary>Requests ready to send: the same for a second (replayed), or each signed anew with a target of its own (fresh).</summary>
internal sealed class RequestSource
{
    private readonly IReadOnlyList<LoadKey> keys;
    private readonly string method;
    private readonly string target;
    private readonly byte[] body;
    private readonly bool fresh;
    private byte[][] ready = [];
    private long signedAt;
    private int turn;

    public RequestSource(IReadOnlyList<LoadKey> keys, string method, string target, byte[] body, bool fresh)
    {
        this.keys = keys;
        this.method = method;
        this.target = target;
        this.body = body;
        this.fresh = fresh;
    }

    public ReadOnlyMemory<byte> Next()
    {
        turn++;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (fresh)
        {
            return LoadClient.Request(keys[turn % keys.Count], method, string.Create(CultureInfo.InvariantCulture, $"{target}?n={turn}"), body, now);
        }

        if (now - signedAt > 10)
        {
            signedAt = now;
            ready = [.. keys.Select(key => LoadClient.Request(key, method, target, body, now))];
        }

        return ready[turn % ready.Length];
    }
}
