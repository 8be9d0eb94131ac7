using System.Globalization;

namespace SalesOs.Dashboard.Audit;

/// <param name="RetentionDays"><c>Audit:RetentionDays</c>, 1–36,500; 0 keeps everything.</param>
public sealed record AuditOptions(int RetentionDays)
{
    public static AuditOptions From(IConfiguration configuration) => new(int.Parse(configuration["Audit:RetentionDays"]!, CultureInfo.InvariantCulture));

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (!int.TryParse(configuration["Audit:RetentionDays"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days > 36_500)
        {
            yield return "Audit:RetentionDays: write a whole number from 0, which keeps everything, to 36500.";
        }
    }
}
