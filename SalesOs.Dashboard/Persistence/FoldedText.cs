using System.Globalization;
using System.Text;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// When two texts are the same. There is no text that one of these can't read: half a surrogate pair, and U+FFFE, which Unicode's normalization refuses,
/// count as U+FFFD. Each of them gives what it has given once more when it is asked again.
/// </summary>
public static class FoldedText
{
    /// <summary>Raise it with every change here: what databases hold folded is folded anew at the next start (<see cref="FoldedColumns"/>).</summary>
    public const int Form = 1;

    /// <summary>
    /// Text as a search or a sort sees it: without case, accents, width and what can't be seen, with one space for each run of white space; so that "strasse 1"
    /// finds "Straße  １" alike in every database.
    /// </summary>
    public static string Of(string text)
    {
        var bare = new StringBuilder(text.Length);
        foreach (var rune in Normalized(text, NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                AppendSpace(bare);
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Control) && !IsInvisible(rune))
            {
                // Unicode folds ß in full to ss, which .NET's mappings of one character to one can't.
                var folded = Caseless(rune);
                bare.Append(folded.Value == 'ß' ? "ss" : folded.ToString());
            }
        }

        return bare.ToString().TrimEnd(' ').Normalize(NormalizationForm.FormC);
    }

    /// <summary>Text without case, however its accents are composed; nothing else is folded, so that addresses of two people stay two.</summary>
    public static string Caseless(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in Normalized(text, NormalizationForm.FormC).EnumerateRunes())
        {
            folded.Append(Caseless(rune).ToString());
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>Text as a person sees it who types it from the screen: runs of white space are one space, and what can't be seen is left out.</summary>
    public static string AsSeen(string text)
    {
        var seen = new StringBuilder(text.Length);
        foreach (var rune in Normalized(text, NormalizationForm.FormC).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                AppendSpace(seen);
            }
            else if (!Rune.IsControl(rune) && !IsInvisible(rune))
            {
                seen.Append(rune.ToString());
            }
        }

        return seen.ToString().TrimEnd(' ').Normalize(NormalizationForm.FormC);
    }

    /// <summary>Whether anything of the text can be seen: not only white space, zero widths, reordering characters, or accents of no letter.</summary>
    public static bool IsVisible(string text) => text.EnumerateRunes().Any(rune =>
        !Rune.IsWhiteSpace(rune)
        && !IsInvisible(rune)
        && !IsNoncharacter(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark));

    private static string Normalized(string text, NormalizationForm form)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            whole.Append((rune.Value == 0xFFFE ? Rune.ReplacementChar : rune).ToString());
        }

        return whole.ToString().Normalize(form);
    }

    /// <summary>By way of upper case, so that ς and σ, which share theirs, are one.</summary>
    private static Rune Caseless(Rune rune) => Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));

    private static void AppendSpace(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != ' ')
        {
            text.Append(' ');
        }
    }

    /// <summary>Format characters, variation selectors, and the letters and signs that are drawn as nothing.</summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);

    private static bool IsNoncharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;
}
