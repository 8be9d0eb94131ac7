using System.Globalization;

namespace SalesOs.Dashboard.Api;

/// <summary>The settings of this room.</summary>
/// <param name="RequestsPerMinute">Of one person, in whatever tenant; <c>Api:RequestsPerMinute</c>, 1–1,000,000. The service role has no limit.</param>
public sealed record ApiOptions(int RequestsPerMinute)
{
    public static ApiOptions From(IConfiguration configuration) => new(int.Parse(configuration["Api:RequestsPerMinute"]!, CultureInfo.InvariantCulture));

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (!int.TryParse(configuration["Api:RequestsPerMinute"], NumberStyles.None, CultureInfo.InvariantCulture, out var requests) || requests is < 1 or > 1_000_000)
        {
            yield return "Api:RequestsPerMinute: write a whole number from 1 to 1000000.";
        }
    }
}
