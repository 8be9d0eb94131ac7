using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// The program with its gate's memory in Redis beside the same program with its own, and beside one that asks Redis in a call for each request: in turns, each on core 0,
/// with the driver and Redis on core 1.
/// </summary>
internal static class RedisRun
{
    private const int Connections = 32;
    private const int WarmUps = 6;
    private const int Alone = 4000;

    private static readonly LoadRun.Subject[] Subjects =
    [
        new("POST signed, replayed", "POST", LoadServer.Signed, Fresh: false),
        new("POST signed, single use, fresh", "POST", LoadServer.Signed, Fresh: true),
        new("GET signed, replayed", "GET", LoadServer.Signed, Fresh: false),
    ];

    private sealed record Side(ServerProcess Server, LoadClient Client);

    public static void Print(TextWriter output, int rounds)
    {
        Process.GetCurrentProcess().ProcessorAffinity = 2;
        var port = FreePort();
        using var redis = Process.Start(new ProcessStartInfo(
            "taskset", ["-c", "1", "redis-server", "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        try
        {
            Thread.Sleep(500);
            var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            using var own = ServerProcess.Start(cores: "0", keys: 300);
            using var batched = ServerProcess.Start(cores: "0", keys: 300, redis: address);
            using var single = ServerProcess.Start(cores: "0", keys: 300, redis: address, together: false);
            using var toOwn = new LoadClient(own.Address, Connections);
            using var toBatched = new LoadClient(batched.Address, Connections);
            using var toSingle = new LoadClient(single.Address, Connections);
            Side[] sides = [new(own, toOwn), new(batched, toBatched), new(single, toSingle)];
            output.WriteLine("| route | own memory, CPU µs | in batches | one call each | own to batches | one call to batches | bytes more in batches | Redis, CPU µs in batches |");
            output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (var subject in Subjects)
            {
                Compare(output, redis, sides, subject, rounds, warmUps: subject == Subjects[0] ? WarmUps : 1);
            }

            foreach (var side in sides)
            {
                if (side.Client.Refused > 0)
                {
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{side.Client.Refused} requests were refused: the figures above are void."));
                }
            }

            PrintAlone(output, own, batched);
        }
        finally
        {
            redis.Kill();
        }
    }

    private static void Compare(TextWriter output, Process redis, Side[] sides, LoadRun.Subject subject, int rounds, int warmUps)
    {
        var turns = sides.Select(_ => new List<LoadRun.Turn>()).ToArray();
        var ofRedis = new List<double>();
        for (var round = -warmUps; round < rounds; round++)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                redis.Refresh();
                var before = redis.TotalProcessorTime;
                var turn = LoadRun.Take(sides[i].Server, sides[i].Client, subject);
                redis.Refresh();
                if (round >= 0)
                {
                    turns[i].Add(turn);
                    if (i == 1)
                    {
                        ofRedis.Add((redis.TotalProcessorTime - before).TotalMicroseconds / (turn.Rate * LoadRun.Span.TotalSeconds));
                    }
                }
            }
        }

        double Cpu(int side) => Turns.Median(turns[side].Select(t => t.CpuMicroseconds));
        double Ratio(int side) => Turns.Median(turns[side].Zip(turns[1], (other, batched) => other.CpuMicroseconds / batched.CpuMicroseconds));
        var more = Turns.Median(turns[1].Select(t => t.Bytes)) - Turns.Median(turns[0].Select(t => t.Bytes));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {subject.Name} | {Cpu(0):0.0} | {Cpu(1):0.0} | {Cpu(2):0.0} | {Ratio(0):0.00} | {Ratio(2):0.00} | {more:0} | {Turns.Median(ofRedis):0.0} |"));
    }

    /// <summary>One connection, one request after the other, a hundred on each side in turn.</summary>
    private static void PrintAlone(TextWriter output, ServerProcess own, ServerProcess batched)
    {
        using var toOwn = new LoadClient(own.Address, 1);
        using var toBatched = new LoadClient(batched.Address, 1);
        var (without, with) = (new List<double>(), new List<double>());
        for (var i = 0; i < Alone / 100; i++)
        {
            Take(toOwn, own, without);
            Take(toBatched, batched, with);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"one connection, GET: p50 {Turns.Median(without):0} and with Redis {Turns.Median(with):0} us, p99 {Turns.Quantile(without, 0.99):0} and {Turns.Quantile(with, 0.99):0} us"));

        static void Take(LoadClient client, ServerProcess server, List<double> times)
        {
            var source = new RequestSource(server.Reusable, "GET", LoadServer.Signed, [], fresh: false);
            for (var i = 0; i < 100; i++)
            {
                // Redis has the same core: it would wait for the end of the driver's share of time.
                times.Add(client.MicrosecondsOf(source.Next(), sleeping: true));
            }
        }
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
