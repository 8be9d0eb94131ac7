using FluentValidation;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Api;

/// <summary>The errors of the services in the API's words.</summary>
internal static class KeyProblems
{
    public static Problem ProblemOf(Error error, AbsentWords absent) => error.Reason switch
    {
        ErrorReason.MissingCapability => MissingCapability(error.Capability!),
        ErrorReason.NotFound => new Problem(ErrorCode.NotFound, absent.Message),
        ErrorReason.Invalid => Problem.Invalid([.. error.Faults.Select(FaultOf), .. error.Details]),
        ErrorReason.TooManyKeys => new Problem(ErrorCode.Conflict, "The tenant holds as many API keys as it may. Delete some that are no longer used."),
        ErrorReason.ChangedSince => new Problem(ErrorCode.PreconditionFailed, "The API key has changed since. Read it again."),
        ErrorReason.AlreadyRevoked => new Problem(ErrorCode.Conflict, "The API key is revoked. A revoked key can't be changed."),
        ErrorReason.NotRevoked => new Problem(ErrorCode.Conflict, "The API key is not revoked. There is no receipt of its revocation."),
        ErrorReason.NotActive => new Problem(ErrorCode.Conflict, "The API key has expired or is revoked. Such a key can't be rotated; create a new one."),
        ErrorReason.Ended => new Problem(ErrorCode.Conflict, "The API key has expired or is revoked. Such a key can't be paused or resumed."),
        ErrorReason.RotationOver => new Problem(ErrorCode.Conflict, "The old key of the rotation has expired or is revoked. The rotation is over."),
        ErrorReason.ReceiverOff => new Problem(ErrorCode.Conflict, "The receiver is switched off, not confirmed, or taken away, or no mail server is set. Nothing is sent to it."),
        ErrorReason.AlreadyMade => new Problem(
            ErrorCode.Conflict,
            $"This Idempotency-Key has already created the API key {error.MadeKey}. Its secret is not shown a second time.",
            [new FieldFault("id", $"{error.MadeKey}")]),
        ErrorReason.NotProven => new Problem(
            ErrorCode.Unavailable,
            "The change is recorded. It is not yet proven on every node; ask again to be told once it is.",
            [new FieldFault("recorded", "true")],
            RetryAfter: 1),
        ErrorReason.Stopping => new Problem(ErrorCode.Unavailable, "The server is restarting. No key was made; try again shortly.", RetryAfter: 5),
        ErrorReason.Policy => new Problem(ErrorCode.Policy, "The tenant's policy forbids this; details names each rule and its bound. GET /v1/policy shows the policy.", [.. error.Faults.Select(FaultOf)]),
        ErrorReason.PolicyChangedSince => new Problem(ErrorCode.PreconditionFailed, "The policy has changed since. Read it again."),
        ErrorReason.NeedsApproval => new Problem(
            ErrorCode.ApprovalRequired,
            $"The tenant's policy wants another person to consent. Nothing was done; the request {error.Approval} waits for 72 hours under /v1/approvals. For a key that is to be made, send the same call again once it is approved.",
            [new FieldFault("approval_id", $"{error.Approval}")]),
        ErrorReason.OwnRequest => new Problem(ErrorCode.Conflict, "Another person must approve this: not the one who asked for it, and no program."),
        ErrorReason.ApprovalOver => new Problem(ErrorCode.Conflict, "The request was decided before, or its time is over."),
        ErrorReason.IdempotencyMismatch => new Problem(ErrorCode.IdempotencyMismatch, "This Idempotency-Key was used for another request. Nothing was created."),
    };

    public static Problem MissingCapability(string capability) => new(
        ErrorCode.Forbidden,
        capability == Capabilities.AuditIntegrations
            ? $"This needs the capability {Capabilities.AdminIntegrations} or {Capabilities.AuditIntegrations}."
            : $"This needs the capability {capability}.");

    /// <summary>What the rules find wrong with a request.</summary>
    public static IEnumerable<FieldFault> FaultsOf<T>(IServiceProvider services, T request) =>
        services.GetRequiredService<IValidator<T>>().Faults(request).Select(FaultOf);

    /// <summary>What is wrong with the ids of several keys.</summary>
    public static IEnumerable<FieldFault> FaultsOf(IReadOnlyList<Guid>? ids) =>
        ids is not { Count: > 0 } ? [new FieldFault("ids", "is required")]
        : ids.Count > BulkRevocation.MostAtOnce ? [new FieldFault("ids", FormattableString.Invariant($"must have at most {BulkRevocation.MostAtOnce} entries"))]
        : [];

    public static FieldFault FaultOf(RuleFault fault) => new(fault.Field, fault.Code switch
    {
        "name_required" => "is required",
        "name_invisible" => "must have a character that can be seen",
        "name_too_long" or "notes_too_long" or "reason_too_long" => $"must have at most {fault.Argument} characters",
        "name_control_characters" or "notes_control_characters" or "reason_control_characters" => "must not contain control characters",
        "owner_required" => "is required: a person's id, an e-mail address, or me",
        "owner_unknown" => $"'{FieldFault.Shortened(fault.Argument!)}' is neither the id of somebody here nor an e-mail address",
        "owner_left" => $"'{FieldFault.Shortened(fault.Argument!)}' has left",
        "owner_same" => "must be somebody else than from",
        "due_required" or "reason_required" => "is required",
        "due_past" => "must be in the future",
        "due_too_far" => $"must be within {fault.Argument} days",
        "keys_unknown" => "must be one of all, live, filter",
        "decision_unknown" => "must be one of keep, narrow, retire",
        "filter_alone" => "needs keys to be filter",
        "filter_too_long" => $"has a text of more than {fault.Argument} characters",
        "status_ended" => "must be one of active, paused: what has come to its end is part of no review",
        "review_empty" => "means no key that has not come to its end",
        "none_selected" => "is required",
        "environment_unknown" => "must be one of live, test",
        "scope_unknown" => $"'{FieldFault.Shortened(fault.Argument!)}' is not a known scope; known are {string.Join(", ", Scopes.All)}",
        "scopes_alone" => "must be lifted alone: another person has to approve it, and the rest of the edit would be lost",
        "days_range" => "must be a whole number from 1 to 90",
        "rate_limit_range" => "must be a whole number from 1 to 1000000",
        "expires_both" => "give expires_in_days or expires_at, not both",
        "expires_in_days_range" => "must be a whole number from 1 to 3650",
        "expires_at_past" or "until_past" => "must be in the future",
        "minutes_unknown" => "must be one of 5, 15, 60",
        "starts_too_many" => $"has more than the {fault.Argument} brown-outs that may be planned at the same time",
        "starts_past" => "must not be in the past",
        "starts_too_far" => "must be within 14 days",
        "starts_overlap" => "has brown-outs that overlap each other, or one that is planned",
        "overlap_both" => "give until or quiet_cycles, not both",
        "quiet_cycles_range" => $"must be a whole number from 1 to {fault.Argument}",
        "latest_without_cycles" => "needs quiet_cycles",
        "latest_past" => "must be in the future",
        "latest_too_far" => $"must be within {fault.Argument} days",
        "then_without_until" => "needs until: a pause without an end has nothing after it",
        "then_unknown" => "must be one of resume, revoke",
        "answer_unknown" => "must be one of key_paused, unauthorized",
        "expires_at_too_far" or "until_too_far" => "must be within 3650 days",
        "secrets_too_many" => $"must hold at most {fault.Argument} secrets; send it in parts",
        "allowed_ips_too_many" or "too_many_selected" => $"must have at most {fault.Argument} entries",
        "allowed_ip_invalid" => $"'{FieldFault.Shortened(fault.Argument!)}' is not an address or a CIDR block such as 203.0.113.7 or 203.0.113.0/24",
        "url_required" => "is required",
        "url_too_long" => $"must have at most {fault.Argument} characters",
        "url_malformed" => "must be an address such as https://hooks.example.com/notices",
        "url_scheme" => "must begin with https://",
        "url_user" => "must not have a user name or password",
        "url_fragment" => "must not have a #fragment",
        "url_port" => "must use port 443 or one from 1024 on",
        "url_host" => "must name a host by its full name, or by an address in its plain form",
        "url_not_public" => "must lead to a public address",
        "webhooks_too_many" => $"is one more than the {fault.Argument} webhooks that a tenant may have",
        "description_too_long" => $"must have at most {fault.Argument} characters",
        "description_control_characters" => "must not contain control characters",
        "event_unknown" => $"'{FieldFault.Shortened(fault.Argument!)}' is not a known event; known are {string.Join(", ", NoticeEvents.Choices.Select(NoticeEvents.NameOf))}",
        "address_invalid" => "must be one e-mail address such as team@example.com",
        "address_taken" => "is told already",
        "emails_too_many" => $"is one more than the {fault.Argument} addresses that may be told",
        "language_unknown" => "must be one of en, pt-BR",
        "policy_max_lifetime_days" => $"may live at most {fault.Argument} days, from its making to its expiry",
        "policy_scopes_required" => "needs at least one scope",
        "policy_allowed_ips_required" => "needs at least one allowed address, as every live key",
        "policy_max_rate_limit" => $"may have a rate limit of at most {fault.Argument}",
        "policy_single_use_required" => "must take each signature only once",
        "policy_max_unused_days" => $"was not used for more than {fault.Argument} days; rotate it, or delete it",
        "bound_required" => "is required at this level",
        "bound_range" => $"must be a whole number from 1 to {fault.Argument}",
        "bound_not_taken" => "must be left out: this rule has no bound",
        "level_unknown" => "must be one of off, warn, require",
        "act_unknown" => "must be one of create_unrestricted, delete, change_policy",
        "from_without_require" => "must be left out unless the level is require",
        "from_past" => "must not be in the past: keys that exist need time",
        "from_too_far" => "must be within 3650 days",
        "from_after_to" => "must not be after to",
        "from_not_kept" => $"lies further back than the last {fault.Argument} hours, for which such steps are kept; ask for longer steps",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Code, "A rule without words."),
    });
}
