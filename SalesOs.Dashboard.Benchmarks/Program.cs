using System.Globalization;
using BenchmarkDotNet.Running;
using SalesOs.Dashboard.Benchmarks;
using SalesOs.Dashboard.Benchmarks.Load;

switch (args)
{
    case ["ratio"]:
        RatioRun.Print(Console.Out);
        break;
    case ["growth"]:
        GrowthRun.Print(Console.Out);
        LoadRun.PrintGrowth(Console.Out);
        break;
    case ["load"]:
        LoadRun.Print(Console.Out);
        break;
    case ["start", .. var directory]:
        await StartRun.PrintAsync(Console.Out, directory.FirstOrDefault());
        break;
    case ["list"]:
        await ListRun.PrintAsync(Console.Out);
        break;
    case ["flush"]:
        await FlushRun.PrintAsync(Console.Out);
        break;
    case ["forecast"]:
        await ForecastRun.PrintAsync(Console.Out);
        break;
    case ["secret"]:
        SecretRun.Print(Console.Out);
        break;
    case ["notices"]:
        await NoticesRun.PrintAsync(Console.Out);
        break;
    case ["pages"]:
        await PagesRun.PrintAsync(Console.Out);
        break;
    case ["count"]:
        CountRun.Print(Console.Out);
        break;
    case ["timing"]:
        TimingRun.Print(Console.Out);
        break;
    case ["redis", .. var rounds]:
        RedisRun.Print(Console.Out, int.Parse(rounds.FirstOrDefault("7"), CultureInfo.InvariantCulture));
        break;
    case ["flood"]:
        FloodRun.Print(Console.Out);
        break;
    case ["serve", var directory, var keys, .. var inRing]:
        return await LoadServer.RunAsync(directory, int.Parse(keys, CultureInfo.InvariantCulture), int.Parse(inRing.FirstOrDefault("0"), CultureInfo.InvariantCulture));
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SignatureBenchmarks).Assembly).Run(args);
        break;
}

return 0;
