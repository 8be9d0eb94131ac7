using System.Globalization;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Sales;

/// <summary>Objects whose names and values are the sender's own (<c>metadata</c>, <c>data</c>, <c>custom_fields</c>), kept as compact JSON text.</summary>
internal static class OpenFields
{
    /// <summary>Leaves room for the levels of an answer around it (<see cref="JsonSyntax.MaxDepth"/> holds for both directions).</summary>
    public const int MaxDepth = 16;

    /// <summary>In UTF-8, compact. A hundred leads on one page stay within a few megabytes.</summary>
    public const int MaxBytes = 32 * 1024;

    public const string Empty = "{}";

    /// <summary>The rules for an object; a null one is left to the caller.</summary>
    public static IEnumerable<FieldFault> Faults(string field, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            yield break;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            yield return new FieldFault(field, "must be an object");
            yield break;
        }

        if (Depth(value) > MaxDepth)
        {
            yield return new FieldFault(field, $"must be nested at most {MaxDepth.ToString(CultureInfo.InvariantCulture)} levels deep");
        }
        else if (HasNul(value))
        {
            yield return new FieldFault(field, "must not contain the character U+0000");
        }
        else if (Encoding.UTF8.GetByteCount(Text(value)) > MaxBytes)
        {
            yield return new FieldFault(field, $"must have at most {MaxBytes.ToString(CultureInfo.InvariantCulture)} bytes of JSON");
        }
    }

    /// <summary>What is stored; null stays null.</summary>
    public static string? Stored(JsonElement value) => value.ValueKind == JsonValueKind.Object ? Text(value) : null;

    public static JsonElement Read(string stored) => JsonElement.Parse(stored);

    // Numbers keep the digits they came with: 1.10 and 1e400 come back as they were sent.
    private static string Text(JsonElement value) => JsonSerializer.Serialize(value, Envelope.Json);

    private static int Depth(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(p => Depth(p.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    /// <summary>JSON can say it and SQLite can hold it, but no text or jsonb of PostgreSQL.</summary>
    private static bool HasNul(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(p => p.Name.Contains('\0', StringComparison.Ordinal) || HasNul(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HasNul),
        JsonValueKind.String => value.GetString()!.Contains('\0', StringComparison.Ordinal),
        _ => false,
    };
}
