using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// What an entry says, and the bytes that are chained: UTF-8 JSON without white space, the names in exactly this order, absent values as
/// <c>null</c>: <c>v, tenant, sequence, id, at, action, outcome, actor, key, request, personal, detail</c>. <c>at</c> is Unix milliseconds,
/// <c>personal</c> the lowercase hex of the salted hash.
/// </summary>
internal sealed record AuditCanonical(
    string Tenant,
    long Sequence,
    Guid Id,
    DateTimeOffset At,
    string Action,
    string Outcome,
    Guid? Actor,
    Guid? Key,
    string? Request,
    string? Personal,
    JsonObject? Detail)
{
    public const int Version = 1;

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("tenant", Tenant);
            json.WriteNumber("sequence", Sequence);
            json.WriteString("id", Id);
            json.WriteNumber("at", At.ToUnixTimeMilliseconds());
            json.WriteString("action", Action);
            json.WriteString("outcome", Outcome);
            WriteId(json, "actor", Actor);
            WriteId(json, "key", Key);
            json.WriteString("request", Request);
            json.WriteString("personal", Personal);
            json.WritePropertyName("detail");
            if (Detail is null)
            {
                json.WriteNullValue();
            }
            else
            {
                Detail.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] HashOf(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> canonical)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(canonical);
        return hash.GetHashAndReset();
    }

    /// <summary>The lowercase hex that stands in the chain for personal data.</summary>
    public static string PersonalHash(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> data) => Convert.ToHexStringLower(HashOf(salt, data));

    /// <summary>Reads back what the searched columns must say; null when the bytes are not such an entry.</summary>
    public static AuditCanonical? Read(ReadOnlySpan<byte> canonical)
    {
        try
        {
            if (JsonNode.Parse(canonical) is not JsonObject o || (int?)o["v"] != Version)
            {
                return null;
            }

            return new AuditCanonical(
                (string)o["tenant"]!,
                (long)o["sequence"]!,
                Guid.Parse((string)o["id"]!, CultureInfo.InvariantCulture),
                DateTimeOffset.FromUnixTimeMilliseconds((long)o["at"]!),
                (string)o["action"]!,
                (string)o["outcome"]!,
                ReadId(o["actor"]),
                ReadId(o["key"]),
                (string?)o["request"],
                (string?)o["personal"],
                o["detail"] as JsonObject);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static Guid? ReadId(JsonNode? node) => (string?)node is { } text ? Guid.Parse(text, CultureInfo.InvariantCulture) : null;

    private static void WriteId(Utf8JsonWriter json, string name, Guid? id)
    {
        if (id is { } value)
        {
            json.WriteString(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
