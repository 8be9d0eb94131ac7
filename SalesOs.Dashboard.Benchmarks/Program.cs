using System.Globalization;
using BenchmarkDotNet.Running;
using SalesOs.Dashboard.Benchmarks;
using SalesOs.Dashboard.Benchmarks.Load;

switch (args)
{
    case ["ratio"]:
        SignatureRatio.Print(Console.Out);
        break;
    case ["load"]:
        LoadRun.Print(Console.Out);
        break;
    case ["serve", var directory, var keys]:
        return await LoadServer.RunAsync(directory, int.Parse(keys, CultureInfo.InvariantCulture));
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SignatureBenchmarks).Assembly).Run(args);
        break;
}

return 0;
