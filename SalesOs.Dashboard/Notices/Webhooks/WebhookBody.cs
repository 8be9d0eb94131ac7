using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <summary>What a webhook carries: <c>{ "type": "key.spike", "timestamp": "2026-11-29T14:05:00.000Z", "data": { … } }</c>.</summary>
/// <remarks>
/// <c>data</c> holds what the event tells, and beside it <c>tenant_id</c>, <c>api_key</c> (<c>id</c>, <c>name</c>, <c>key</c>: never the whole key) where it is
/// about a key, and <c>actor</c> where a person did it.
/// </remarks>
public static class WebhookBody
{
    /// <summary>In bytes: what Standard Webhooks advises at most.</summary>
    public const int MaxBytes = 20_000;

    private const string Shortened = "shortened";

    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>UTF-8, the same bytes for the same notice. What would make it longer than <see cref="MaxBytes"/> is left out, the longest first, and <c>"shortened": true</c> says so.</summary>
    public static byte[] Of(Notice notice)
    {
        var data = (JsonObject)notice.Data.DeepClone();
        while (true)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(Whole(notice, data), Writing);
            if (body.Length <= MaxBytes || data.All(field => field.Key == Shortened))
            {
                return body;
            }

            data.Remove(data.Where(field => field.Key != Shortened).MaxBy(field => field.Value?.ToJsonString(Writing).Length ?? 0).Key);
            data[Shortened] = true;
        }
    }

    private static JsonObject Whole(Notice notice, JsonObject told)
    {
        var data = new JsonObject { ["tenant_id"] = notice.TenantId };
        if (notice.KeyId is { } id)
        {
            data["api_key"] = new JsonObject { ["id"] = id, ["name"] = notice.KeyName, ["key"] = notice.KeyShown };
        }

        if (notice.Actor is { } actor)
        {
            data["actor"] = actor;
        }

        foreach (var (name, value) in told)
        {
            data[name] = value?.DeepClone();
        }

        return new JsonObject
        {
            ["type"] = NoticeEvents.NameOf(notice.Event),
            ["timestamp"] = notice.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["data"] = data,
        };
    }
}
