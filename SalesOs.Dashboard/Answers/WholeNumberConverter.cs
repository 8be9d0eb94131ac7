using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesOs.Dashboard.Answers;

/// <summary>
/// Reads every JSON number whose value is whole, however it is written: <c>1000</c>, <c>1000.0</c> and <c>1e3</c> are one number, as JSON Schema's
/// <c>integer</c> says. What has a fraction or does not fit is refused.
/// </summary>
public sealed class WholeNumberConverter<T> : JsonConverter<T>
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    /// <summary>No <see cref="long"/> has more digits.</summary>
    private const int MaxDigits = 19;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var number = JsonDocument.ParseValue(ref reader);
        return TryRead(number.RootElement, out var value) ? value : throw new JsonException("A whole number is expected.");
    }

    /// <summary>False for what is no number, has a fraction, or does not fit <typeparamref name="T"/>.</summary>
    public static bool TryRead(JsonElement number, out T value)
    {
        value = T.Zero;
        return number.ValueKind == JsonValueKind.Number && TryRead(number.GetRawText(), out value);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(long.CreateChecked(value));

    /// <param name="text">A number by JSON's grammar.</param>
    private static bool TryRead(string text, out T value)
    {
        value = T.Zero;
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = mark < 0 ? text : text[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        var written = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('-').TrimStart('0');
        var digits = written.TrimEnd('0');
        if (digits.Length == 0)
        {
            return true;
        }

        // An exponent that no long holds lifts the value out of reach, or makes a fraction of it, whatever the digits of a body of 1 MiB.
        if (!long.TryParse(mark < 0 ? "0" : text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            || Math.Abs(exponent) > int.MaxValue)
        {
            return false;
        }

        var zeros = exponent - decimals + (written.Length - digits.Length);
        return zeros >= 0
            && digits.Length + zeros <= MaxDigits
            && T.TryParse((text[0] == '-' ? "-" : "") + digits + new string('0', (int)zeros), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
