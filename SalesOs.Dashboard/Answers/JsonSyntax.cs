using System.Text.Json;
using System.Text.Unicode;

namespace SalesOs.Dashboard.Answers;

/// <summary>Turns bytes into JSON, or tells what keeps them from being it. Knows nothing of fields.</summary>
/// <remarks>
/// Stricter than the parser alone: what it would let through and fail on later (broken UTF-8, lone surrogates) or settle in silence
/// (duplicate names) is refused here, so that whoever reads the value never meets an exception.
/// </remarks>
public static class JsonSyntax
{
    /// <summary>Levels of objects and arrays, the outermost counted.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private static readonly JsonDocumentOptions WithDuplicates = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = true };

    public static Parsed<JsonElement> Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return Refuse("The body is empty; send a JSON object.");
        }

        if (utf8.StartsWith("\uFEFF"u8))
        {
            return Refuse("The body begins with a byte order mark; send the JSON alone.");
        }

        if (!Utf8.IsValid(utf8))
        {
            return Refuse("The body is not valid UTF-8.");
        }

        if (Fault(utf8) is { } fault)
        {
            return Refuse(fault);
        }

        try
        {
            return JsonElement.Parse(utf8, Strict);
        }
        catch (JsonException)
        {
            // The walk above has passed, so only a duplicate name is left.
            var name = Duplicate(JsonElement.Parse(utf8, WithDuplicates)) ?? "";
            return Problem.Invalid([new FieldFault(name, "appears more than once in one object")]);
        }
    }

    private static Parsed<JsonElement> Refuse(string message) => new Problem(ErrorCode.ValidationError, message);

    private static string? Fault(ReadOnlySpan<byte> utf8)
    {
        // The reader's own limit says "malformed" for what is only too deep.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= MaxDepth)
                {
                    return FormattableString.Invariant($"The body is nested deeper than {MaxDepth} levels.");
                }

                if (reader.ValueIsEscaped && reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    reader.GetString();
                }
            }

            return null;
        }
        catch (JsonException fault)
        {
            return FormattableString.Invariant($"The body is not well-formed JSON: see line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return "The body has an escape that is half a surrogate pair; such text can't be stored.";
        }
    }

    private static string? Duplicate(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().Select(Duplicate).FirstOrDefault(name => name is not null);
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                return property.Name;
            }

            if (Duplicate(property.Value) is { } inner)
            {
                return inner;
            }
        }

        return null;
    }
}
