using System.Globalization;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>The settings of this room.</summary>
/// <param name="MaxPerTenant">Keys of a tenant that are not deleted; <c>ApiKeys:MaxPerTenant</c>, from 1.</param>
/// <param name="SingleUse">What a new key gets when it doesn't say; <c>Gate:SingleUse</c>.</param>
public sealed record ApiKeyOptions(int MaxPerTenant, bool SingleUse)
{
    public static ApiKeyOptions From(IConfiguration configuration) => new(
        int.Parse(configuration["ApiKeys:MaxPerTenant"]!, CultureInfo.InvariantCulture),
        bool.Parse(configuration["Gate:SingleUse"]!));

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (!int.TryParse(configuration["ApiKeys:MaxPerTenant"], NumberStyles.None, CultureInfo.InvariantCulture, out var max) || max < 1)
        {
            yield return "ApiKeys:MaxPerTenant: write a whole number from 1.";
        }

        if (!bool.TryParse(configuration["Gate:SingleUse"], out _))
        {
            yield return "Gate:SingleUse: write true or false.";
        }
    }
}
