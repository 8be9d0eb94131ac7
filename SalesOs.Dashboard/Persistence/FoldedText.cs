using System.Globalization;
using System.Text;

namespace SalesOs.Dashboard.Persistence;

/// <summary>Text as a search or a sort sees it: without case and accents, so that "joao" finds "João" alike in every database.</summary>
public static class FoldedText
{
    /// <summary>Half a surrogate pair counts as U+FFFD: what people type into a search need not be well-formed.</summary>
    public static string Of(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            whole.Append(rune.ToString());
        }

        var bare = new StringBuilder(text.Length);
        foreach (var rune in whole.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                bare.Append(Rune.ToLowerInvariant(rune).ToString());
            }
        }

        return bare.ToString().Normalize(NormalizationForm.FormC);
    }
}
