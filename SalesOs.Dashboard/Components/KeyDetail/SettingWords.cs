using System.Globalization;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Words a key's settings as audit entries and conflicts hold them: the field's name and its value, for people.</summary>
public sealed class SettingWords(Words<KeyTexts> words, Words<KeysTexts> keysWords, RelativeTime relative)
{
    /// <summary>The settings that an edit can change, as the HTTP API names them, in the order of the form.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["name", "notes", "scopes", "rate_limit", "allowed_ips", "expires_at", "single_use"];

    /// <summary>In the shape of an audit entry's.</summary>
    public static JsonObject Of(ApiKeyView key) => new()
    {
        ["name"] = key.Name,
        ["notes"] = key.Notes,
        ["scopes"] = Texts(key.Scopes),
        ["rate_limit"] = key.RateLimit,
        ["allowed_ips"] = Texts(key.AllowedIps),
        ["expires_at"] = key.ExpiresAt?.ToUnixTimeMilliseconds(),
        ["single_use"] = key.SingleUse,
    };

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => JsonValue.Create(t))];

    /// <summary>An unknown field, of a later version, keeps its own name.</summary>
    public string Name(string field) => Fields.Contains(field, StringComparer.Ordinal) ? words["Setting_" + field] : field;

    public string Say(string field, JsonNode? value) => (field, value) switch
    {
        ("notes", null) => words["NoNotes"],
        ("scopes", JsonArray { Count: 0 }) => keysWords["FullAccess"],
        ("allowed_ips", JsonArray { Count: 0 }) => words["AnyAddress"],
        ("expires_at", null) => keysWords["NeverExpires"],
        ("expires_at", JsonValue moment) when moment.TryGetValue<long>(out var ms) => relative.SayExactly(DateTimeOffset.FromUnixTimeMilliseconds(ms)),
        ("single_use", JsonValue said) when said.TryGetValue<bool>(out var on) => words[on ? "On" : "Off"],
        ("reason", JsonValue reason) when reason.TryGetValue<string>(out var text) => RevokeReasons.Say(text, keysWords) ?? text,
        (_, JsonValue number) when number.TryGetValue<int>(out var count) => count.ToString("N0", CultureInfo.CurrentCulture),
        (_, JsonArray list) => string.Join(", ", list.Select(v => v?.ToString())),
        (_, null) => "—",
        (_, { } other) => other.ToString(),
    };
}
