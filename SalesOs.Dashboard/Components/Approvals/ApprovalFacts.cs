using System.Globalization;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Policies;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Approvals;

/// <summary>One thing that a request would do.</summary>
/// <param name="Before">What it is now; null where the request changes nothing that is.</param>
public sealed record ApprovalFact(string Label, string Value, string? Before = null);

/// <summary>What a request would do, in the reader's words.</summary>
public sealed class ApprovalFacts(Words<ApprovalTexts> words, Words<KeysTexts> keyWords, Words<PolicyTexts> policyWords, RelativeTime time)
{
    public string Title(ApprovalView request) => words["Act_" + request.Act, ("name", request.Detail["name"]?.GetValue<string>() ?? "")];

    public IReadOnlyList<ApprovalFact> Of(ApprovalView request) =>
        request.Detail["before"] is JsonObject before && request.Detail["after"] is JsonObject after
            ? [.. after.Select(field => new ApprovalFact(Label(field.Key), Say(field.Key, field.Value), Say(field.Key, before[field.Key])))]
            : [.. request.Detail.Where(field => field.Key != "name" && field.Value is not null).Select(field => new ApprovalFact(Label(field.Key), Say(field.Key, field.Value)))];

    private string Label(string field) =>
        KeyPolicy.Rules.Where(rule => KeyPolicy.NameOf(rule) == field).Select(rule => policyWords["Rule_" + rule]).FirstOrDefault()
        ?? (field == "second_person" ? policyWords["SecondPerson"] : words["Field_" + field]);

    private string Say(string field, JsonNode? value) => (field, value) switch
    {
        ("second_person", JsonArray acts) => acts.Count == 0 ? policyWords["Level_Off"] : string.Join(", ", acts.Select(act => policyWords["Act_" + Member(act)])),
        ("scopes", JsonArray { Count: 0 }) => keyWords["FullAccess"],
        ("allowed_ips", JsonArray { Count: 0 }) => words["AnyAddress"],
        ("environment", { } name) => keyWords["Environment_" + Member(name)],
        ("expires_at" or "until" or "latest", JsonValue moment) when moment.TryGetValue<long>(out var ms) => time.SayDate(DateTimeOffset.FromUnixTimeMilliseconds(ms)),
        (_, null) => policyWords["Level_Off"],
        (_, JsonArray demand) => string.Join(", ", demand.Select(SayPart)),
        (_, JsonValue flag) when flag.TryGetValue<bool>(out var on) => words[on ? "On" : "Off"],
        (_, JsonValue number) when number.TryGetValue<long>(out var whole) => whole.ToString("N0", CultureInfo.CurrentCulture),
        (_, { } other) => other.ToString(),
    };

    /// <summary>A demand is its level, its bound and its date.</summary>
    private string SayPart(JsonNode? part)
    {
        var text = part?.ToString() ?? "";
        return policyWords.Has("Level_" + Member(part)) ? policyWords["Level_" + Member(part)]
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bound) ? bound.ToString("N0", CultureInfo.CurrentCulture)
            : Rfc3339.TryParse(text, out var moment) ? time.SayDate(moment)
            : text;
    }

    /// <summary>The name of an enum's member, of its name in the audit log.</summary>
    private static string Member(JsonNode? name) => string.Concat((name?.ToString() ?? "").Split('_').Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
