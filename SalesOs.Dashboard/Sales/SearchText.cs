using System.Globalization;
using System.Text;

namespace SalesOs.Dashboard.Sales;

/// <summary>Text as a search sees it: without case and accents, so that "joao" finds "João" in any database.</summary>
internal static class SearchText
{
    /// <param name="text">Whole: no half surrogate pairs.</param>
    public static string Fold(string text)
    {
        var bare = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                bare.Append(Rune.ToLowerInvariant(rune).ToString());
            }
        }

        return bare.ToString().Normalize(NormalizationForm.FormC);
    }
}
