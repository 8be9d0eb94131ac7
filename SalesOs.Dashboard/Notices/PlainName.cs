using System.Globalization;
using System.Text;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Notices;

/// <summary>
/// A name that somebody chose, made fit to stand inside a sentence that is trusted: on one line, without what turns the direction of writing or can't be seen, and
/// such that no mail program makes a link of it. It reads as before.
/// </summary>
internal static class PlainName
{
    private const int MaxLength = 100;

    /// <summary>U+2060: takes no room, and ends what programs take for a link.</summary>
    private const char WordJoiner = '\u2060';

    public static string Of(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var rune in CodePoints.Cut(name, MaxLength).EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    plain.Append(' ');
                    break;
                case UnicodeCategory.Format or UnicodeCategory.Surrogate:
                    break;
                default:
                    plain.Append(rune);
                    if (rune.Value is '.' or ':' or '/' or '@')
                    {
                        plain.Append(WordJoiner);
                    }

                    break;
            }
        }

        return plain.ToString().Trim();
    }
}
