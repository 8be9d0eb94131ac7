using System.Globalization;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>One thing that an entry tells.</summary>
/// <param name="Before">What it was; null where the entry tells of no change.</param>
public sealed record EntryFact(string Label, string Value, string? Before = null);

/// <summary>An entry's details in the reader's words: settings by name, times in their zone, numbers in their way of writing.</summary>
public sealed class EntryFacts(Words<AuditTexts> words, Words<KeysTexts> keyWords, RelativeTime time)
{
    /// <summary>What was changed, each with what it was before; empty for an entry that tells of no change.</summary>
    public IReadOnlyList<EntryFact> Changes(JsonObject? detail) =>
        detail?["before"] is JsonObject before && detail["after"] is JsonObject after
            ? [.. after.Select(field => new EntryFact(Label(field.Key), Value(field.Key, field.Value), Value(field.Key, before[field.Key])))]
            : [];

    /// <summary>All else that the entry tells.</summary>
    public IReadOnlyList<EntryFact> Others(JsonObject? detail) =>
        detail is null || detail["before"] is JsonObject ? [] : [.. detail.Select(field => new EntryFact(Label(field.Key), Value(field.Key, field.Value)))];

    /// <summary>Why, where the person said it: in words where it is one of the reasons that the dashboard offers.</summary>
    public string? Reason(JsonObject? detail) => RevokeReasons.Say(Text(detail?["reason"]), keyWords);

    private string Label(string field) => words.Has("Field_" + field) ? words["Field_" + field] : field;

    private string Value(string field, JsonNode? value) => (field, value) switch
    {
        ("scopes", JsonArray { Count: 0 }) => keyWords["FullAccess"],
        ("allowed_ips", JsonArray { Count: 0 }) => words["AnyAddress"],
        ("expires_at", null) => words["Never"],
        ("paused_until", null) => words["UntilResumed"],
        ("then" or "answer", JsonValue) when words.Has(Chosen(field, value)) => words[Chosen(field, value)],
        ("starts_at", JsonArray times) => string.Join(", ", times.Select(at => Value("starts_at", at))),
        ("decision", JsonValue) when words.Has("Decision_" + Text(value)) => words["Decision_" + Text(value)],
        ("expires_at" or "paused_until" or "due_at" or "starts_at" or "ends_at" or "until" or "latest" or "silent_since" or "from" or "to" or "before", JsonValue number) when number.TryGetValue<long>(out var ms) && IsMoment(ms) => time.SayExactly(DateTimeOffset.FromUnixTimeMilliseconds(ms)),
        ("first_at" or "last_at", JsonValue) when DateTimeOffset.TryParse(Text(value), CultureInfo.InvariantCulture, out var at) => time.SayExactly(at),
        ("environment", JsonValue) when Text(value) is { } name && words.Has("Environment_" + name) => words["Environment_" + name],
        ("reason", JsonValue) => RevokeReasons.Say(Text(value), keyWords)!,
        (_, null) => words["Nothing"],
        (_, JsonArray list) => list.Count == 0 ? words["Nothing"] : string.Join(", ", list.Select(item => Text(item) ?? item?.ToJsonString())),
        (_, JsonValue flag) when flag.TryGetValue<bool>(out var on) => words[on ? "On" : "Off"],
        (_, JsonValue number) when number.TryGetValue<long>(out var whole) => whole.ToString("N0", CultureInfo.CurrentCulture),
        (_, JsonValue) when Text(value) is { } text => text.Length == 0 ? words["Nothing"] : text,
        _ => value!.ToJsonString(),
    };

    private static string Chosen(string field, JsonNode? value) => $"{(field == "then" ? "Then" : "Answer")}_{Text(value)}";

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool IsMoment(long ms) => ms >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
