using System.Globalization;

namespace SalesOs.Dashboard.Usage;

/// <param name="FlushEvery"><c>Usage:FlushSeconds</c>, 1–60.</param>
/// <param name="RetentionDays"><c>Usage:RetentionDays</c>, 1–3,650.</param>
public sealed record UsageOptions(TimeSpan FlushEvery, int RetentionDays)
{
    public static UsageOptions From(IConfiguration configuration) => new(
        TimeSpan.FromSeconds(int.Parse(configuration["Usage:FlushSeconds"]!, CultureInfo.InvariantCulture)),
        int.Parse(configuration["Usage:RetentionDays"]!, CultureInfo.InvariantCulture));

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (!int.TryParse(configuration["Usage:FlushSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var flush) || flush is < 1 or > 60)
        {
            yield return "Usage:FlushSeconds: write a whole number from 1 to 60.";
        }

        if (!int.TryParse(configuration["Usage:RetentionDays"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > 3650)
        {
            yield return "Usage:RetentionDays: write a whole number from 1 to 3650.";
        }
    }
}
