namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Every operation of the management API, and what it takes to do it. A route that is missing here turns a test red.</summary>
/// <param name="Target">With <c>{id}</c>, <c>{request_id}</c> an export's <c>{sequence}</c> or <c>{brown_out_id}</c> where one stands.</param>
/// <param name="Body">With <c>{id}</c>, and <c>{new}</c> for what no other has.</param>
/// <param name="Manages">Needs <c>admin.integrations</c>; else <c>audit.integrations</c> will do.</param>
/// <param name="OfRevoked">Works on a key that is revoked.</param>
/// <param name="OfRotated">Works on a key that has a successor.</param>
/// <param name="Done">The status when all is well.</param>
/// <param name="ByPeople">No program may do it.</param>
public sealed record ManagementOperation(string Method, string Target, bool Manages, int Done, string? Body = null, bool OfRevoked = false, bool OfRotated = false, bool ByPeople = false)
{
    private const string Notices = "/v1/notices/";

    /// <summary>In the future of the tests' clock, and within a year.</summary>
    public const string ReviewDue = "2027-03-01T00:00:00.000Z";

    public static IReadOnlyList<ManagementOperation> All { get; } =
    [
        new("POST", "/v1/api-keys", Manages: true, 201, """{"name":"made"}"""),
        new("GET", "/v1/api-keys", Manages: false, 200),
        new("GET", "/v1/api-keys/totals", Manages: false, 200),
        new("GET", "/v1/api-keys/export", Manages: false, 200),
        new("POST", "/v1/api-keys/find", Manages: false, 200, """{"text":"nothing"}"""),
        new("POST", "/v1/api-keys/revoke", Manages: true, 200, """{"ids":["{id}"],"reason":"leaked"}"""),
        new("POST", "/v1/api-keys/pause", Manages: true, 200, """{"ids":["{id}"],"reason":"looked into"}"""),
        new("POST", "/v1/api-keys/resume", Manages: true, 200, """{"ids":["{id}"]}"""),
        new("GET", "/v1/api-keys/{id}", Manages: false, 200),
        new("PATCH", "/v1/api-keys/{id}", Manages: true, 200, """{"name":"edited"}"""),
        new("POST", "/v1/api-keys/{id}/revoke", Manages: true, 200),
        new("POST", "/v1/api-keys/{id}/pause", Manages: true, 200, """{"reason":"looked into","answer":"unauthorized"}"""),
        new("POST", "/v1/api-keys/{id}/resume", Manages: true, 200),
        new("POST", "/v1/api-keys/{id}/brown-outs", Manages: true, 201, """{"minutes":5}"""),
        new("GET", "/v1/api-keys/{id}/brown-outs", Manages: false, 200),
        new("DELETE", "/v1/api-keys/{id}/brown-outs/{brown_out_id}", Manages: true, 204),
        new("POST", "/v1/api-keys/{id}/rotate", Manages: true, 201),
        new("GET", "/v1/api-keys/{id}/rotation", Manages: false, 200, OfRotated: true),
        new("PATCH", "/v1/api-keys/{id}/rotation", Manages: true, 200, """{"overlap":{"quiet_cycles":2}}""", OfRotated: true),
        new("POST", "/v1/api-keys/{id}/rotation/end", Manages: true, 200, OfRotated: true),
        new("DELETE", "/v1/api-keys/{id}", Manages: true, 204),
        new("GET", "/v1/api-keys/{id}/usage", Manages: false, 200),
        new("POST", "/v1/api-keys/{id}/forecast", Manages: false, 200, """{"scopes":["leads:read"],"days":30}"""),
        new("GET", "/v1/api-keys/{id}/stop-facts", Manages: false, 200),
        new("GET", "/v1/api-keys/{id}/revocation", Manages: false, 200, OfRevoked: true),
        new("GET", "/v1/api-keys/{id}/callers", Manages: false, 200),
        new("GET", "/v1/api-keys/{id}/rejections", Manages: false, 200),
        new("GET", "/v1/rejections/{request_id}", Manages: false, 200),
        new("GET", "/v1/policy", Manages: false, 200),
        new("PUT", "/v1/policy", Manages: true, 200, """{"max_unused_days":{"level":"warn","value":90}}"""),
        new("POST", "/v1/policy/forecast", Manages: false, 200, """{"scopes_required":{"level":"require"}}"""),
        new("GET", "/v1/approvals", Manages: false, 200),
        new("POST", "/v1/approvals/{id}/approve", Manages: true, 200, ByPeople: true),
        new("POST", "/v1/approvals/{id}/decline", Manages: true, 200, """{"reason":"not needed"}"""),
        new("GET", "/v1/audit-entries", Manages: false, 200),
        new("GET", "/v1/audit-entries/verification", Manages: false, 200),
        new("GET", "/v1/audit-entries/checkpoints", Manages: false, 200),
        new("GET", "/v1/audit-entries/export", Manages: false, 200),
        new("GET", "/v1/audit-entries/exports/{sequence}", Manages: false, 200),
        new("POST", "/v1/people/{id}/erase", Manages: true, 200),
        new("GET", "/v1/notices/webhooks", Manages: false, 200),
        new("POST", "/v1/notices/webhooks", Manages: true, 201, """{"url":"https://hooks.example.com/{new}"}"""),
        new("PATCH", "/v1/notices/webhooks/{id}", Manages: true, 200, """{"description":"edited"}"""),
        new("DELETE", "/v1/notices/webhooks/{id}", Manages: true, 204),
        new("POST", "/v1/notices/webhooks/{id}/test", Manages: true, 202),
        new("POST", "/v1/notices/webhooks/{id}/rotate-secret", Manages: true, 200),
        new("GET", "/v1/notices/emails", Manages: false, 200),
        new("POST", "/v1/notices/emails", Manages: true, 201, """{"address":"{new}@example.com"}"""),
        new("PATCH", "/v1/notices/emails/{id}", Manages: true, 200, """{"language":"pt-BR"}"""),
        new("DELETE", "/v1/notices/emails/{id}", Manages: true, 204),
        new("GET", "/v1/notices/deliveries", Manages: false, 200),
        new("POST", "/v1/notices/deliveries/{id}/resend", Manages: true, 202),
        new("POST", "/v1/people/{id}/leave", Manages: true, 200),
        new("POST", "/v1/api-keys/hand-over", Manages: true, 200, """{"from":"me","to":"team@example.test"}"""),
        new("GET", "/v1/reviews", Manages: false, 200),
        new("POST", "/v1/reviews", Manages: false, 201, $$"""{"name":"made","due_at":"{{ReviewDue}}"}"""),
        new("GET", "/v1/reviews/{id}", Manages: false, 200),
        // An auditor may of the keys that they own alone.
        new("POST", "/v1/reviews/{id}/decisions", Manages: true, 200, """{"key_ids":["{id}"],"decision":"keep","reason":"needed"}"""),
        new("GET", "/v1/reviews/{id}/report", Manages: false, 200),
        new("GET", "/v1/reviews/{id}/reports/{sequence}", Manages: false, 200),
    ];

    /// <param name="name">As <see cref="ToString"/> gives it.</param>
    public static ManagementOperation Of(string name) => All.Single(o => string.Equals(o.ToString(), name, StringComparison.Ordinal));

    /// <summary>In its address or its body.</summary>
    public bool NamesOne => Target.Contains('{', StringComparison.Ordinal) || Body?.Contains("{id}", StringComparison.Ordinal) == true;

    /// <summary>What of the notices it names: <c>webhooks</c>, <c>emails</c> or <c>deliveries</c>; null: nothing.</summary>
    public string? OfNotices => Target.StartsWith(Notices, StringComparison.Ordinal) && Target.Contains("{id}", StringComparison.Ordinal) ? Target[Notices.Length..].Split('/')[0] : null;

    public string? BodyOn(string id) => Body?.Replace("{id}", id, StringComparison.Ordinal).Replace("{new}", Guid.NewGuid().ToString(), StringComparison.Ordinal);

    /// <param name="told">The webhook, e-mail address or delivery of <see cref="OfNotices"/>.</param>
    /// <param name="review">The review, or the request that waits for a second person.</param>
    public string On(string id, string requestId, string export, string person, string? brownOut = null, string? told = null, string? review = null) => Target
        .Replace("{brown_out_id}", brownOut ?? id, StringComparison.Ordinal)
        .Replace(
            "{id}",
            Target.StartsWith("/v1/people/", StringComparison.Ordinal) ? person
            : Target.StartsWith("/v1/reviews/", StringComparison.Ordinal) || Target.StartsWith("/v1/approvals/", StringComparison.Ordinal) ? review ?? id
            : OfNotices is null ? id : told ?? id,
            StringComparison.Ordinal)
        .Replace("{request_id}", requestId, StringComparison.Ordinal)
        .Replace("{sequence}", export, StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Target}";
}
