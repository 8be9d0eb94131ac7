namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// The program can't start as it is set up. Each line names what is wrong and which setting mends it; the program prints them all and exits with 1, without a stack trace.
/// </summary>
public sealed class StartupFaultException(params IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
