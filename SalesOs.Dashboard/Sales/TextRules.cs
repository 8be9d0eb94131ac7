using System.Globalization;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>The rules for one-line texts. Lengths count code points.</summary>
internal static class TextRules
{
    /// <summary>What has nothing that can be seen is as good as missing.</summary>
    public static IEnumerable<FieldFault> Required(string field, string? value, int maxLength) =>
        value is null || !FoldedText.IsVisible(value) ? [new FieldFault(field, "is required")] : Optional(field, value, maxLength);

    public static IEnumerable<FieldFault> Optional(string field, string? value, int maxLength)
    {
        if (value is null)
        {
            yield break;
        }

        if (CodePoints.Count(value) > maxLength)
        {
            yield return new FieldFault(field, $"must have at most {maxLength.ToString(CultureInfo.InvariantCulture)} characters");
        }

        if (value.Any(char.IsControl) || !CodePoints.AreWhole(value))
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
}
