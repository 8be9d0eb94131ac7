using System.Globalization;
using System.Text;

namespace SalesOs.Dashboard.Answers;

/// <summary>Free text as a cell of a CSV file that a spreadsheet opens: nothing in it is run as a formula.</summary>
/// <remarks>
/// A spreadsheet takes the separator of its country: where that is <c>;</c>, a cell also begins behind each <c>;</c> of a text. So every place where a cell
/// may begin is looked at, also behind the quotes, spaces and invisible characters that a spreadsheet passes over, and an apostrophe is put before the sign.
/// </remarks>
public static class SpreadsheetCell
{
    private const string Separators = ",;|\t\r\n";

    /// <summary>What begins a formula; East Asian spreadsheets take the full-width ones for it too.</summary>
    private const string Signs = "=+-@\t\r\n＝＋－＠";

    public static string? Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 8);
        var mayBegin = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (mayBegin && Holds(Signs, rune))
            {
                safe.Append('\'');
            }

            safe.Append(rune.ToString());
            mayBegin = Holds(Separators, rune) || (mayBegin && IsPassedOver(rune));
        }

        return safe.ToString();
    }

    private static bool Holds(string characters, Rune rune) => rune.IsBmp && characters.Contains((char)rune.Value, StringComparison.Ordinal);

    private static bool IsPassedOver(Rune rune) =>
        rune.Value == '"'
        || Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
