using System.Globalization;
using System.Net.Sockets;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>How much the fault kit does: a little in the suite, all of it with <c>FAULTS=full</c>. <c>FAULTS_SEED</c> repeats a run's choices.</summary>
internal static class FaultRun
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("FAULTS") == "full";

    public static int Seed { get; } = Number("FAULTS_SEED", Random.Shared.Next(1_000_000));

    /// <summary>Kills of a full run, 200 unless <c>FAULTS_KILLS</c> says otherwise; 5 in the suite.</summary>
    public static int Kills { get; } = Full ? Number("FAULTS_KILLS", 200) : 5;

    /// <summary>Milliseconds between two requests of a caller, by <c>FAULTS_PAUSE</c>. Without any the callers use all the CPU that there is, and what is timed beside them says how long it waits for a core.</summary>
    public static int Pause { get; } = Number("FAULTS_PAUSE", 0);

    /// <summary>Pages that are open: few in the suite, in a full run many unless <c>FAULTS_PAGES</c> says otherwise.</summary>
    public static int Pages(int few, int many) => Number("FAULTS_PAGES", Full ? many : few);

    /// <summary>A count that an environment variable may set.</summary>
    public static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>The line was cut under a request; where that falls between connecting and the client's look at the new connection, its fault comes through as the socket's own.</summary>
    public static bool IsCutLine(Exception fault) => fault is HttpRequestException or IOException or SocketException;

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
