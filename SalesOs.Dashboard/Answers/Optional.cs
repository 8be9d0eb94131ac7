using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesOs.Dashboard.Answers;

/// <summary>A field of a body that may be absent: an absent one leaves what is stored, <c>null</c> clears it.</summary>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>(bool IsGiven, T? Value)
{
    public static implicit operator Optional<T>(T? value) => new(IsGiven: true, value);

    public T? Or(T? otherwise) => IsGiven ? Value : otherwise;
}

/// <summary>Reads a field that is there as given; what is not there never reaches a converter and stays absent.</summary>
public sealed class OptionalConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => IsOptional(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    internal static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(IsGiven: true, JsonSerializer.Deserialize<T>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
