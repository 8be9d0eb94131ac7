using BenchmarkDotNet.Running;
using SalesOs.Dashboard.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(SignatureBenchmarks).Assembly).Run(args);
