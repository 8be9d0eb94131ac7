using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Resources;
using System.Text.Json;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Notices;

/// <summary>A notice in words, each part in whole sentences and on one line; nothing in it is markup.</summary>
/// <param name="Path">Of the screen that shows it, such as <c>/integrations/api-keys/…</c>.</param>
public sealed record NoticeText(string Subject, string Happened, string Meaning, string ToDo, string Path, string LinkText);

/// <summary>Words what happened, what it means and what to do, in the language of whoever receives it, which need not be that of whoever caused it.</summary>
public sealed class NoticeWords
{
    /// <summary>The dashboard's page of notices.</summary>
    public const string NoticesPath = "/integrations/notices";

    private const string KeysPath = "/integrations/api-keys";
    private const string AuditPath = "/integrations/audit";
    private const string PolicyPath = "/integrations/policy";
    private const string ApprovalsPath = "/integrations/approvals";
    private const string WithoutOwnerPath = "/integrations/without-owner";
    private const string ReviewsPath = "/integrations/reviews";

    /// <summary>What may be told beside, in the order in which it is told; a notice has those that it has.</summary>
    private static readonly string[] Facts =
        ["count", "minutes", "usual", "limit", "address", "changed", "act", "rule", "new_key_name", "reason", "until", "due_at", "expires_at", "last_used_at", "hours", "sequence", "status"];

    private static readonly ConcurrentDictionary<string, IcuMessage> Parsed = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, object?> NoValues = new(StringComparer.Ordinal);

    private readonly ResourceManager texts = new(typeof(SentTexts));

    public NoticeText Of(Notice notice, CultureInfo culture)
    {
        var values = ValuesOf(notice, culture);
        var path = PathOf(notice);
        var facts = FactsOf(notice, culture).ToList();
        return new NoticeText(
            Part("Subject"), string.Join(' ', [Part("Happened"), .. facts]), Part("Meaning"), Part("ToDo"), path, Say(LinkOf(path), culture));

        string Part(string name) => Say($"{SubjectOf(notice)}_{name}", culture, values);
    }

    /// <summary>Words of a channel itself, such as <c>Mail_ToDo</c>.</summary>
    internal string Say(string name, CultureInfo culture) => Say(name, culture, NoValues);

    private string Say(string name, CultureInfo culture, IReadOnlyDictionary<string, object?> values) =>
        Parsed.GetOrAdd(texts.GetString(name, culture) ?? throw new MissingManifestResourceException(name), IcuMessage.Parse).Format(culture, values);

    private Dictionary<string, object?> ValuesOf(Notice notice, CultureInfo culture)
    {
        var name = notice.KeyName is { } given ? PlainName.Of(given) : notice.KeyShown ?? Say("KeyUnknown", culture);
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = $"“{name}”",
            ["key"] = notice.KeyShown is null ? $"“{name}”" : Say("KeyQuoted", culture, new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = name, ["shown"] = notice.KeyShown }),
            ["time"] = Moment(notice.At, culture),
            ["days"] = DaysOf(notice),
            ["keys"] = Math.Max(0, Whole(notice.Data["keys"]) ?? 0),
            ["review"] = $"“{PlainName.Of(Text(notice.Data["review_name"]) ?? "")}”",
            ["host"] = HostOf(notice),
            ["revokes"] = RevokesAt(notice) is { } revokes ? Moment(revokes, culture) : null,
        };
    }

    private IEnumerable<string> FactsOf(Notice notice, CultureInfo culture)
    {
        foreach (var (name, value) in Facts.Select(name => (name, ValueOf(name, notice.Data[name], culture))))
        {
            if (value is not null)
            {
                yield return Fact(name, value);
            }
        }

        if (notice.Actor is { } actor)
        {
            yield return Fact(notice.Event switch { NoticeEvent.ApprovalRequested => "asked_by", NoticeEvent.ReviewAssigned => "owner", _ => "actor" }, PlainName.Of(actor));
        }

        string Fact(string name, object value) => Say("Fact_" + name, culture, new Dictionary<string, object?>(StringComparer.Ordinal) { ["value"] = value });
    }

    /// <summary>Null for what is absent or of another kind than it should be: a notice then says less.</summary>
    private object? ValueOf(string name, JsonNode? value, CultureInfo culture) => value switch
    {
        JsonArray changed when name == "changed" => changed.Select(field => texts.GetString($"Field_{Text(field)}", culture)).OfType<string>().ToList() is { Count: > 0 } fields ? string.Join(", ", fields) : null,
        JsonValue when Whole(value) is { } whole => whole,
        JsonValue text when Text(text) is { Length: > 0 } written => name switch
        {
            "act" => texts.GetString("Act_" + written, culture),
            "rule" => texts.GetString("Rule_" + written, culture),
            "until" or "due_at" or "expires_at" or "last_used_at" => Rfc3339.TryParse(written, out var moment) ? Moment(moment, culture) : null,
            "changed" => null,
            "address" => IPNetwork.TryParse(written, out _) || IPAddress.TryParse(written, out _) ? written : null,
            _ => PlainName.Of(written.TrimEnd('.', ' ')),
        },
        _ => null,
    };

    private static long DaysOf(Notice notice) => Math.Max(0, Whole(notice.Data["days"]) ?? 0);

    private static string HostOf(Notice notice) => Uri.TryCreate(Text(notice.Data["url"]), UriKind.Absolute, out var url) ? PlainName.Of(url.Host) : "?";

    private static long? Whole(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private string Moment(DateTimeOffset at, CultureInfo culture) => at.UtcDateTime.ToString(texts.GetString("MomentFormat", culture)!, culture);

    /// <summary>When the pause ends by revoking; null where it does not.</summary>
    private static DateTimeOffset? RevokesAt(Notice notice) => Text(notice.Data["revokes_at"]) is { } written && Rfc3339.TryParse(written, out var moment) ? moment : null;

    /// <summary>A receiver that has said itself that it is gone is another matter than one that fails, and a pause that ends by revoking another than one that loses nothing.</summary>
    private static string SubjectOf(Notice notice) => notice.Event switch
    {
        NoticeEvent.WebhookFailing when Text(notice.Data["why"]) == "gone" => "WebhookGone",
        NoticeEvent.KeyPaused when RevokesAt(notice) is not null => "KeyPausedToRevoke",
        var what => what.ToString(),
    };

    private static string LinkOf(string path) => path switch
    {
        NoticesPath => "Link_Notices",
        AuditPath => "Link_Audit",
        PolicyPath => "Link_Policy",
        ApprovalsPath => "Link_Approvals",
        WithoutOwnerPath => "Link_WithoutOwner",
        _ => path.StartsWith(ReviewsPath, StringComparison.Ordinal) ? "Link_Review" : "Link_Key",
    };

    private static string PathOf(Notice notice) => notice.Event switch
    {
        NoticeEvent.AuditBroken or NoticeEvent.KeyDeleted => AuditPath,
        NoticeEvent.WebhookFailing or NoticeEvent.Test => NoticesPath,
        NoticeEvent.PolicyDue => PolicyPath,
        NoticeEvent.ApprovalRequested => ApprovalsPath,
        NoticeEvent.PersonLeft => WithoutOwnerPath,
        NoticeEvent.ReviewAssigned or NoticeEvent.ReviewOverdue => Guid.TryParse(Text(notice.Data["review"]), out var review) ? $"{ReviewsPath}/{review}" : ReviewsPath,
        NoticeEvent.KeyExpiring or NoticeEvent.KeyCreated or NoticeEvent.KeyUnrestricted or NoticeEvent.KeyEdited or NoticeEvent.KeyPaused or NoticeEvent.KeyResumed
            or NoticeEvent.KeyRevoked or NoticeEvent.KeyRotationHeld or NoticeEvent.KeyRotated or NoticeEvent.KeyNewAddress or NoticeEvent.KeySpike or NoticeEvent.KeySilent
            or NoticeEvent.KeyBadSignatures or NoticeEvent.KeyRevokedStillTried or NoticeEvent.KeyLimitReached => notice.KeyId is { } id ? $"{KeysPath}/{id}" : KeysPath,
    };
}
