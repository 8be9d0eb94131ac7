using System.Buffers;
using System.Text;

namespace SalesOs.Dashboard.Answers;

/// <summary>Lengths of texts in Unicode code points: what JSON Schema's <c>maxLength</c> and PostgreSQL's <c>varchar(n)</c> count.</summary>
public static class CodePoints
{
    /// <summary>UTF-16 units that one code point takes at most: HTML's <c>maxlength</c> counts those, and must not cut what a rule lets through.</summary>
    public const int MostUnits = 2;

    /// <summary>Half a surrogate pair counts as one.</summary>
    public static int Count(string text) => text.EnumerateRunes().Count();

    /// <summary>The first <paramref name="most"/> code points; no pair is cut in half.</summary>
    public static string Cut(string text, int most)
    {
        var end = 0;
        for (var i = 0; i < most && end < text.Length; i++)
        {
            Rune.DecodeFromUtf16(text.AsSpan(end), out _, out var consumed);
            end += consumed;
        }

        return text[..end];
    }

    /// <summary>False when half a surrogate pair stands alone: such text can't be stored as UTF-8 and would come back as another character.</summary>
    public static bool AreWhole(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }
}
