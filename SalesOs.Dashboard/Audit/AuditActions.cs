namespace SalesOs.Dashboard.Audit;

/// <summary>What is recorded, by name. The names are part of the exported log: they are added to, never changed.</summary>
public static class AuditActions
{
    public const string KeyCreated = "key.created";
    public const string KeyEdited = "key.edited";
    public const string KeyRevoked = "key.revoked";
    public const string KeyPaused = "key.paused";
    public const string KeyResumed = "key.resumed";

    /// <summary>A planned pause that comes back by itself: planned, begun, ended, or cancelled before it began.</summary>
    public const string BrownOutPlanned = "key.brown_out_planned";
    public const string BrownOutBegan = "key.brown_out_began";
    public const string BrownOutEnded = "key.brown_out_ended";
    public const string BrownOutCancelled = "key.brown_out_cancelled";
    public const string KeyRotated = "key.rotated";

    /// <summary>When the old key of a rotation ends was changed; or it should have ended and was still needed, so that nothing was revoked.</summary>
    public const string RotationChanged = "key.rotation_changed";
    public const string RotationHeld = "key.rotation_held";
    public const string KeyDeleted = "key.deleted";

    /// <summary>Somebody else answers for the key now; by ids, as with everything that names a person.</summary>
    public const string KeyOwnerChanged = "key.owner_changed";
    public const string KeyExpired = "key.expired";

    /// <summary>
    /// The two values of a new key were shown in the page, each time. Over the API they go out in the answer that makes the key, and its <see cref="KeyCreated"/>
    /// stands for that too: no entry of this kind follows it.
    /// </summary>
    public const string SecretRevealed = "secret.revealed";

    /// <summary>The person said that they have saved what was shown.</summary>
    public const string SecretAcknowledged = "secret.acknowledged";

    /// <summary>A leaked secret was looked up, to find the key that it belongs to; without a key where it belongs to none. Of the secret nothing is kept.</summary>
    public const string SecretLookedUp = "secret.looked_up";

    /// <summary>A part of the log left the program; written before its first byte.</summary>
    public const string Exported = "audit.exported";

    /// <summary>A list of keys left the program as a file; written before its first byte.</summary>
    public const string KeysExported = "keys.exported";

    /// <summary>Every key of one owner went to another; each of them has its <see cref="KeyOwnerChanged"/> as well.</summary>
    public const string KeysHandedOver = "keys.handed_over";

    /// <summary>Entries older than the retention were removed, up to a signed checkpoint.</summary>
    public const string Pruned = "audit.pruned";

    /// <summary>What identifies a person was removed from the log and the keys.</summary>
    public const string PersonErased = "person.erased";

    /// <summary>A person has left: their provider says that the account is gone or disabled, or an admin says so. They signed in again: they are back.</summary>
    public const string PersonLeft = "person.left";
    public const string PersonReturned = "person.returned";

    /// <summary>A review of keys was opened; an owner got their list of it; somebody decided on a key of it; its day has passed; its report left the program.</summary>
    public const string ReviewOpened = "review.opened";
    public const string ReviewAssigned = "review.assigned";
    public const string ReviewDecided = "review.decided";
    public const string ReviewOverdue = "review.overdue";
    public const string ReviewReported = "review.reported";

    /// <summary>The tenants' data keys and the signing key were wrapped anew under another master key; in the platform's chain.</summary>
    public const string MasterKeyRotated = "master_key.rotated";

    /// <summary>A backup took the database's place; in the platform's chain of the backup.</summary>
    public const string DatabaseRestored = "database.restored";

    /// <summary>All that was in a database of another kind was copied into this one; in the platform's chain of this one.</summary>
    public const string DatabaseMoved = "database.moved";

    /// <summary>A webhook that notices go to was added, changed, taken away, given a new secret; or it said that it is gone, and was switched off.</summary>
    public const string WebhookAdded = "notices.webhook_added";
    public const string WebhookChanged = "notices.webhook_changed";
    public const string WebhookRemoved = "notices.webhook_removed";
    public const string WebhookSecretRotated = "notices.webhook_secret_rotated";
    public const string WebhookSwitchedOff = "notices.webhook_switched_off";

    /// <summary>An e-mail address that notices go to was added, changed, asked once more whether they may, confirmed by its readers, or taken away. The address stands in no entry.</summary>
    public const string EmailAdded = "notices.email_added";
    public const string EmailChanged = "notices.email_changed";
    public const string EmailAsked = "notices.email_asked";
    public const string EmailConfirmed = "notices.email_confirmed";
    public const string EmailRemoved = "notices.email_removed";

    /// <summary>By which channels the tenant is told of what was chosen.</summary>
    public const string NoticesChosen = "notices.chosen";

    /// <summary>Somebody had a test sent to a receiver, or a notice sent again.</summary>
    public const string NoticeTested = "notices.tested";
    public const string NoticeSentAgain = "notices.sent_again";
    public const string SignedIn = "session.signed_in";
    public const string SignedOut = "session.signed_out";

    /// <summary>A person had the access token of their session shown, to call the management API with it.</summary>
    public const string TokenShown = "session.token_shown";
    public const string SignInFailed = "session.refused";

    /// <summary>Somebody proven was kept from a page or an operation that their roles do not open.</summary>
    public const string AccessDenied = "access.refused";

    /// <summary>What a tenant demands of its keys was changed; or a date of it is near, with the keys that it will change.</summary>
    public const string PolicyChanged = "policy.changed";
    public const string PolicyDue = "policy.due";

    /// <summary>An act waits for another person's consent; they gave it or not; it was done with it; or its time was over.</summary>
    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalApproved = "approval.approved";
    public const string ApprovalDeclined = "approval.declined";
    public const string ApprovalUsed = "approval.used";
    public const string ApprovalLapsed = "approval.lapsed";

    /// <summary>The program's settings differ from those of its previous start, or changed while it ran; in the platform's chain.</summary>
    public const string SettingsChanged = "settings.changed";

    /// <summary>What a reader may ask for in one word: every change of a key, which is all that begins with <c>key.</c>.</summary>
    public static string KeyChanges => "key.*";

    /// <summary>What a filter may ask for: one of <see cref="All"/>, or <see cref="KeyChanges"/>.</summary>
    public static IReadOnlyList<string> Choices => [.. All, KeyChanges];

    public static IReadOnlyList<string> All { get; } = [.. typeof(AuditActions).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>The entries of one of the <see cref="Choices"/>.</summary>
    internal static IQueryable<AuditEntry> Of(IQueryable<AuditEntry> entries, string choice) =>
        choice == KeyChanges ? entries.Where(e => e.Action.StartsWith("key.")) : entries.Where(e => e.Action == choice);
}
