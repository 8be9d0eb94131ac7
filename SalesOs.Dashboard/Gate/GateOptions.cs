using System.Globalization;

namespace SalesOs.Dashboard.Gate;

/// <param name="WindowSeconds"><c>Gate:WindowSeconds</c>, 1–300: how far a timestamp may stand from the clock, either way, inclusive.</param>
/// <param name="MaxBodyBytes"><c>Gate:MaxBodyBytes</c>, 1 KiB–64 MiB: the longest body of a route that names no limit of its own.</param>
/// <param name="MaxUnprovenBytes"><c>Gate:MaxUnprovenBytes</c>, 1 MiB–16 GiB: what all bodies together may take while their signatures are not yet proven. A single longest body always fits.</param>
public sealed record GateOptions(int WindowSeconds, long MaxBodyBytes, long MaxUnprovenBytes)
{
    private const long LeastUnproven = 1L << 20;
    private const long MostUnproven = 16L << 30;

    public static GateOptions From(IConfiguration configuration) => new(
        int.Parse(configuration["Gate:WindowSeconds"]!, CultureInfo.InvariantCulture),
        long.Parse(configuration["Gate:MaxBodyBytes"]!, CultureInfo.InvariantCulture),
        Math.Max(long.Parse(configuration["Gate:MaxUnprovenBytes"]!, CultureInfo.InvariantCulture), long.Parse(configuration["Gate:MaxBodyBytes"]!, CultureInfo.InvariantCulture)));

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (!int.TryParse(configuration["Gate:WindowSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var window) || window is < 1 or > 300)
        {
            yield return "Gate:WindowSeconds: write a whole number from 1 to 300.";
        }

        if (!long.TryParse(configuration["Gate:MaxBodyBytes"], NumberStyles.None, CultureInfo.InvariantCulture, out var max) || max is < 1024 or > 64 * 1024 * 1024)
        {
            yield return "Gate:MaxBodyBytes: write a whole number from 1024 to 67108864.";
        }

        if (!long.TryParse(configuration["Gate:MaxUnprovenBytes"], NumberStyles.None, CultureInfo.InvariantCulture, out var unproven)
            || unproven is < LeastUnproven or > MostUnproven)
        {
            yield return "Gate:MaxUnprovenBytes: write a whole number from 1048576 to 17179869184.";
        }
    }
}
