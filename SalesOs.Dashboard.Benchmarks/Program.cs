using BenchmarkDotNet.Running;
using SalesOs.Dashboard.Benchmarks;

switch (args)
{
    case ["ratio"]:
        SignatureRatio.Print(Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SignatureBenchmarks).Assembly).Run(args);
        break;
}
