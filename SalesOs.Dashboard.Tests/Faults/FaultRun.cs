using System.Globalization;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>How much the fault kit does: a little in the suite, all of it with <c>FAULTS=full</c>. <c>FAULTS_SEED</c> repeats a run's choices.</summary>
internal static class FaultRun
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("FAULTS") == "full";

    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FAULTS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next(1_000_000);

    /// <summary>Kills of a full run, 200 unless <c>FAULTS_KILLS</c> says otherwise; 5 in the suite.</summary>
    public static int Kills { get; } = !Full ? 5
        : int.TryParse(Environment.GetEnvironmentVariable("FAULTS_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : 200;

    /// <summary>Tells the figures to whoever reads the run, and adds them to the file that <c>FAULTS_REPORT</c> names.</summary>
    public static void Tell(string figures)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        if (Environment.GetEnvironmentVariable("FAULTS_REPORT") is { Length: > 0 } file)
        {
            File.AppendAllText(file, figures + Environment.NewLine);
        }
    }
}
