using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SalesOs.Dashboard.Answers;

/// <summary>Reads one JSON object into a contract record and names every fault of its fields; the serializer alone stops at the first.</summary>
public static class JsonRecord
{
    private static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(string)] = "must be a string",
        [typeof(bool)] = "must be true or false",
        [typeof(int)] = "must be a whole number",
        [typeof(long)] = "must be a whole number",
        [typeof(Guid)] = "must be a UUID",
        [typeof(DateTimeOffset)] = Rfc3339.Rule,
    };

    /// <summary>
    /// The record with every field that could be read; the others stay at their default and are named among the faults.
    /// There is no record when the element is not an object, or a <c>required</c> member is missing or faulty.
    /// </summary>
    /// <param name="name">What to call the object itself in a fault.</param>
    /// <param name="index">The row in a batch, from 0.</param>
    public static Parsed<T> Read<T>(JsonElement element, string name = "", int? index = null)
        where T : class
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new Parsed<T>(Value: null, [new FieldFault(name, "must be an object", index)], index);
        }

        var type = (JsonTypeInfo<T>)Envelope.Json.GetTypeInfo(typeof(T));
        var faults = new List<FieldFault>();
        var sound = new HashSet<string>(StringComparer.Ordinal);
        foreach (var given in element.EnumerateObject())
        {
            var field = type.Properties.FirstOrDefault(p => p.Name == given.Name);
            var fault = field is null ? new FieldFault(given.Name, "is not a known field", index) : Fault(field, given.Value, index);
            if (fault is null)
            {
                sound.Add(given.Name);
            }
            else
            {
                faults.Add(fault);
            }
        }

        var missing = type.Properties.Where(p => p.IsRequired && !sound.Contains(p.Name)).ToList();
        foreach (var field in missing.Where(p => !element.TryGetProperty(p.Name, out _)))
        {
            faults.Add(new FieldFault(field.Name, "is required", index));
        }

        if (missing.Count > 0)
        {
            return new Parsed<T>(Value: null, faults, index);
        }

        return new Parsed<T>(faults.Count == 0 ? element.Deserialize(type) : Partial(element, sound, type), faults, index);
    }

    private static T? Partial<T>(JsonElement element, HashSet<string> sound, JsonTypeInfo<T> type)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach (var property in element.EnumerateObject().Where(p => sound.Contains(p.Name)))
            {
                property.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonSerializer.Deserialize(bytes.WrittenSpan, type);
    }

    private static FieldFault? Fault(JsonPropertyInfo field, JsonElement value, int? index)
    {
        var type = field.PropertyType;
        var nullable = field.IsSetNullable && (field.AssociatedParameter?.IsNullable ?? true);
        if (OptionalConverterFactory.IsOptional(type))
        {
            type = type.GetGenericArguments()[0];
            nullable = !type.IsValueType;
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            type = inner;
            nullable = true;
        }

        return nullable && value.ValueKind == JsonValueKind.Null ? null : Fault(type, value, field.Name, index);
    }

    private static FieldFault? Fault(Type type, JsonElement value, string name, int? index)
    {
        if (type == typeof(JsonElement))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return new FieldFault(name, "must not be null", index);
        }

        if (type.IsEnum)
        {
            var choices = Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).ToList();
            return value.ValueKind == JsonValueKind.String && choices.Contains(value.GetString(), StringComparer.Ordinal)
                ? null
                : new FieldFault(name, $"must be one of {string.Join(", ", choices)}", index);
        }

        if (Words.TryGetValue(type, out var words))
        {
            return IsOf(type, value) ? null : new FieldFault(name, words, index);
        }

        var shape = Envelope.Json.GetTypeInfo(type);
        if (shape is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } item })
        {
            return value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Select((element, i) => Fault(item, element, FormattableString.Invariant($"{name}[{i}]"), index)).FirstOrDefault(f => f is not null)
                : new FieldFault(name, "must be an array", index);
        }

        return Unreadable(shape, value, name, index);
    }

    private static bool IsOf(Type type, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when type == typeof(string) => true,
        JsonValueKind.String when type == typeof(Guid) => value.TryGetGuid(out _),
        JsonValueKind.String when type == typeof(DateTimeOffset) => Rfc3339.TryParse(value.GetString()!, out _),
        JsonValueKind.Number when type == typeof(int) => WholeNumberConverter<int>.TryRead(value, out _),
        JsonValueKind.Number when type == typeof(long) => WholeNumberConverter<long>.TryRead(value, out _),
        JsonValueKind.True or JsonValueKind.False => type == typeof(bool),
        _ => false,
    };

    private static FieldFault? Unreadable(JsonTypeInfo shape, JsonElement value, string name, int? index)
    {
        try
        {
            value.Deserialize(shape);
            return null;
        }
        catch (JsonException fault)
        {
            // The path begins with $, which stands for the field.
            return new FieldFault(name + fault.Path?.TrimStart('$'), "has the wrong form", index);
        }
    }
}
