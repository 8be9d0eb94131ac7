using System.Globalization;
using System.Text;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Sales;

/// <summary>The rules for one-line texts. Lengths count Unicode code points, as PostgreSQL's <c>varchar(n)</c> does.</summary>
internal static class TextRules
{
    /// <summary>Blank is as good as missing.</summary>
    public static IEnumerable<FieldFault> Required(string field, string? value, int maxLength) =>
        string.IsNullOrWhiteSpace(value) ? [new FieldFault(field, "is required")] : Optional(field, value, maxLength);

    public static IEnumerable<FieldFault> Optional(string field, string? value, int maxLength)
    {
        if (value is null)
        {
            yield break;
        }

        if (Length(value) > maxLength)
        {
            yield return new FieldFault(field, $"must have at most {maxLength.ToString(CultureInfo.InvariantCulture)} characters");
        }

        if (value.Any(char.IsControl) || !IsWhole(value))
        {
            yield return new FieldFault(field, "must not contain control characters");
        }
    }

    public static IEnumerable<FieldFault> Email(string field, string? value)
    {
        if (value is not null && !EmailAddress.IsWellFormed(value))
        {
            yield return new FieldFault(field, "is not an e-mail address");
        }
    }

    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>False when half a surrogate pair stands alone: such text can't be stored as UTF-8.</summary>
    public static bool IsWhole(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }
}
