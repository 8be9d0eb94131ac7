using System.Globalization;
using System.Numerics;
using System.Text;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>Reads a whole number as a person types it. .NET's own parser takes a group sign anywhere, so that <c>1.5</c> is 15 to a Brazilian.</summary>
public static class TypedNumber
{
    /// <summary>Far beyond every number that a field takes.</summary>
    private const int MaxLength = 40;

    /// <summary>
    /// False for what is no whole number from 0 up: digits alone, of any one script, or grouped exactly as <paramref name="culture"/> writes it.
    /// Space around it is no matter.
    /// </summary>
    /// <param name="number">The greatest <see cref="int"/> for what is greater still.</param>
    public static bool TryRead(string text, CultureInfo culture, out int number)
    {
        number = 0;
        if (text.Length > MaxLength || Plain(text.Trim()) is not { Length: > 0 } plain)
        {
            return false;
        }

        var digits = string.Concat(plain.Where(char.IsAsciiDigit));
        if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || (plain != digits && plain != Plain(value.ToString("N0", culture))))
        {
            return false;
        }

        number = (int)BigInteger.Min(value, int.MaxValue);
        return true;
    }

    /// <summary>With ASCII digits, and one kind of space: some languages group with spaces that no keyboard has. Null when digits of several scripts are mixed.</summary>
    private static string? Plain(string text)
    {
        var plain = new StringBuilder();
        int? zero = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
            {
                var digit = (int)Rune.GetNumericValue(rune);
                if ((zero ??= rune.Value - digit) != rune.Value - digit)
                {
                    return null;
                }

                plain.Append((char)('0' + digit));
            }
            else
            {
                plain.Append(Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
            }
        }

        return plain.ToString();
    }
}
