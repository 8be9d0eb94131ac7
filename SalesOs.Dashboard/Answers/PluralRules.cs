using System.Globalization;

namespace SalesOs.Dashboard.Answers;

/// <summary>CLDR's plural categories of whole numbers for the dashboard's languages.</summary>
public static class PluralRules
{
    /// <summary>Portuguese counts 0 as one ("0 chave") and says "milhão de" for whole millions, hence <c>many</c>.</summary>
    public static string Category(long count, CultureInfo culture)
    {
        var n = Math.Abs(count);
        return culture.TwoLetterISOLanguageName switch
        {
            "pt" when n is 0 or 1 => "one",
            "pt" when n % 1_000_000 == 0 => "many",
            "en" when n == 1 => "one",
            _ => "other",
        };
    }
}
