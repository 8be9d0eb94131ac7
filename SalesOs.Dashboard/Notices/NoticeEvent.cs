namespace SalesOs.Dashboard.Notices;

/// <summary>What a notice tells of. The numbers are stored and the names go out: both are added to, never changed.</summary>
public enum NoticeEvent
{
    KeyExpiring = 1,
    KeyCreated = 2,
    KeyUnrestricted = 3,
    KeyEdited = 4,
    KeyPaused = 5,
    KeyResumed = 6,
    KeyRevoked = 7,
    KeyDeleted = 8,
    KeyRotationHeld = 9,
    KeyRotated = 10,
    KeyNewAddress = 11,
    KeySpike = 12,
    KeySilent = 13,
    KeyBadSignatures = 14,
    KeyRevokedStillTried = 15,
    KeyLimitReached = 16,
    AuditBroken = 17,

    /// <summary>A receiver took nothing for the whole time that it is tried; the tenant is told by its other channels.</summary>
    WebhookFailing = 18,

    /// <summary>Somebody asked for it, to see whether it arrives.</summary>
    Test = 19,

    /// <summary>A rule of the policy holds soon for keys that break it.</summary>
    PolicyDue = 20,

    /// <summary>An act waits for a second person.</summary>
    ApprovalRequested = 21,

    /// <summary>A person has left who owned keys.</summary>
    PersonLeft = 22,

    /// <summary>A review asks an owner about their keys.</summary>
    ReviewAssigned = 23,

    /// <summary>A review is over, and keys of it were not decided on.</summary>
    ReviewOverdue = 24,
}

/// <summary>By what a tenant is told.</summary>
[Flags]
public enum NoticeChannels
{
    None = 0,
    Email = 1,
    Webhook = 2,

    /// <summary>In the top bar, for everybody of the tenant who sees keys.</summary>
    Bell = 4,
    All = Email | Webhook | Bell,
}

public static class NoticeEvents
{
    /// <summary>All that there are, in the order in which people are shown them.</summary>
    public static IReadOnlyList<NoticeEvent> All { get; } = Enum.GetValues<NoticeEvent>();

    /// <summary>Those of which a tenant chooses by what it is told; a test goes to the one receiver that it was asked for.</summary>
    public static IReadOnlyList<NoticeEvent> Choices { get; } = [.. All.Where(what => what != NoticeEvent.Test)];

    /// <summary>The <c>type</c> of a webhook and the name in the API, such as <c>key.expiring</c>.</summary>
    public static string NameOf(NoticeEvent what) => what switch
    {
        NoticeEvent.KeyExpiring => "key.expiring",
        NoticeEvent.KeyCreated => "key.created",
        NoticeEvent.KeyUnrestricted => "key.unrestricted",
        NoticeEvent.KeyEdited => "key.edited",
        NoticeEvent.KeyPaused => "key.paused",
        NoticeEvent.KeyResumed => "key.resumed",
        NoticeEvent.KeyRevoked => "key.revoked",
        NoticeEvent.KeyDeleted => "key.deleted",
        NoticeEvent.KeyRotationHeld => "key.rotation_held",
        NoticeEvent.KeyRotated => "key.rotated",
        NoticeEvent.KeyNewAddress => "key.new_address",
        NoticeEvent.KeySpike => "key.spike",
        NoticeEvent.KeySilent => "key.silent",
        NoticeEvent.KeyBadSignatures => "key.bad_signatures",
        NoticeEvent.KeyRevokedStillTried => "key.revoked_still_tried",
        NoticeEvent.KeyLimitReached => "key.limit_reached",
        NoticeEvent.AuditBroken => "audit.broken",
        NoticeEvent.WebhookFailing => "webhook.failing",
        NoticeEvent.Test => "test",
        NoticeEvent.PolicyDue => "policy.due",
        NoticeEvent.ApprovalRequested => "approval.requested",
        NoticeEvent.PersonLeft => "person.left",
        NoticeEvent.ReviewAssigned => "review.assigned",
        NoticeEvent.ReviewOverdue => "review.overdue",
    };

    /// <summary>The event of a name; null: there is none.</summary>
    public static NoticeEvent? Parse(string name) => Named.TryGetValue(name, out var what) ? what : null;

    /// <summary>By what a tenant is told that has chosen nothing: of what may be an attack or a failure by all channels, of everyday acts by webhook and bell.</summary>
    public static NoticeChannels DefaultOf(NoticeEvent what) => what switch
    {
        NoticeEvent.KeyExpiring or NoticeEvent.KeyUnrestricted or NoticeEvent.KeyRotationHeld or NoticeEvent.KeyNewAddress or NoticeEvent.KeySpike or NoticeEvent.KeySilent
            or NoticeEvent.KeyBadSignatures or NoticeEvent.KeyRevokedStillTried or NoticeEvent.AuditBroken or NoticeEvent.WebhookFailing
            or NoticeEvent.PolicyDue or NoticeEvent.ApprovalRequested or NoticeEvent.PersonLeft or NoticeEvent.ReviewAssigned or NoticeEvent.ReviewOverdue => NoticeChannels.All,
        NoticeEvent.KeyRevoked or NoticeEvent.KeyDeleted or NoticeEvent.KeyPaused or NoticeEvent.KeyLimitReached => NoticeChannels.Webhook | NoticeChannels.Bell,
        NoticeEvent.KeyCreated or NoticeEvent.KeyEdited or NoticeEvent.KeyResumed or NoticeEvent.KeyRotated => NoticeChannels.Webhook,
        NoticeEvent.Test => NoticeChannels.None,
    };

    private static readonly Dictionary<string, NoticeEvent> Named = All.ToDictionary(NameOf, StringComparer.Ordinal);
}
