using System.Text.Json.Nodes;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>A key's settings as an audit entry tells them: no secret, no personal data.</summary>
internal static class KeyAudit
{
    public static JsonObject Settings(ApiKey key) => new()
    {
        ["name"] = key.Name,
        ["key_prefix"] = key.KeyPrefix,
        ["environment"] = key.Environment == KeyEnvironment.Test ? "test" : "live",
        ["notes"] = key.Notes,
        ["scopes"] = Texts(key.Scopes),
        ["rate_limit"] = key.RateLimit,
        ["allowed_ips"] = Texts(key.AllowedIps),
        ["single_use"] = key.SingleUse,
        ["expires_at"] = key.ExpiresAt?.ToUnixTimeMilliseconds(),
    };

    /// <summary>Only what differs, before and after.</summary>
    public static JsonObject Difference(JsonObject before, JsonObject after)
    {
        var was = new JsonObject();
        var became = new JsonObject();
        foreach (var (name, value) in before)
        {
            if (!JsonNode.DeepEquals(value, after[name]))
            {
                was[name] = value?.DeepClone();
                became[name] = after[name]?.DeepClone();
            }
        }

        return new JsonObject { ["before"] = was, ["after"] = became };
    }

    private static JsonArray Texts(IReadOnlyList<string> texts) => [.. texts.Select(t => JsonValue.Create(t))];
}
