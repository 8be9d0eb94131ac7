using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>What was done to a key and by whom, the latest first; of an edit, each setting before and after.</summary>
public sealed partial class KeyAuditSection
{
    [Parameter, EditorRequired]
    public Guid KeyId { get; set; }

    [Parameter, EditorRequired]
    public Part<AuditPage> Part { get; set; } = Part<AuditPage>.Waiting;

    [Parameter]
    public EventCallback Retry { get; set; }

    private string Action(AuditEntryView entry) => entry.Action switch
    {
        AuditActions.KeyCreated when entry.Detail?["rotated_from"] is not null => Words["Did_created_by_rotating"],
        AuditActions.KeyCreated => Words["Did_created"],
        AuditActions.KeyEdited => Words[entry.Detail?["policy"] is null ? "Did_edited" : "Did_expires_by_policy"],
        AuditActions.RotationChanged => Words["Did_rotation_changed"],
        AuditActions.RotationHeld => Words["Did_rotation_held"],
        AuditActions.KeyRevoked when entry is { Actor: null, ActorId: null } && entry.Detail?["rotated_to"] is not null => Words["Did_ended_rotation"],
        AuditActions.KeyRevoked => Words[entry.Detail?["paused_until"] is null ? "Did_revoked" : "Did_revoked_by_clock"],
        AuditActions.KeyPaused => Words[entry.Detail?["policy"] is null ? "Did_paused" : "Did_paused_by_policy"],
        AuditActions.KeyResumed => Words[entry.Detail?["paused_until"] is null ? "Did_resumed" : "Did_resumed_by_clock"],
        AuditActions.BrownOutPlanned => Words["Did_brown_out_planned"],
        AuditActions.BrownOutBegan => Words["Did_brown_out_began"],
        AuditActions.BrownOutEnded => Words["Did_brown_out_ended"],
        AuditActions.BrownOutCancelled => Words["Did_brown_out_cancelled"],
        AuditActions.KeyRotated => Words["Did_rotated"],
        AuditActions.KeyOwnerChanged => Words["Did_owner_changed"],
        AuditActions.ReviewDecided => Words["Did_review_decided"],
        AuditActions.KeyExpired => Words["Did_expired"],
        AuditActions.ApprovalRequested => Words["Did_approval_requested"],
        AuditActions.ApprovalApproved => Words["Did_approval_approved"],
        AuditActions.ApprovalDeclined => Words["Did_approval_declined"],
        AuditActions.ApprovalUsed => Words["Did_approval_used"],
        AuditActions.ApprovalLapsed => Words["Did_approval_lapsed"],
        AuditActions.SecretLookedUp => Words["Did_looked_up"],
        AuditActions.SecretRevealed => Words["Did_revealed"],
        AuditActions.SecretAcknowledged => Words["Did_acknowledged"],
        AuditActions.EmailAdded => Words["Did_email_added"],
        AuditActions.EmailChanged => Words["Did_email_changed"],
        AuditActions.EmailAsked => Words["Did_email_asked"],
        AuditActions.EmailConfirmed => Words["Did_email_confirmed"],
        AuditActions.EmailRemoved => Words["Did_email_removed"],
        var other => other,
    };

    private string Actor(AuditEntryView entry) => entry switch
    {
        { Actor: "service_role" } => Words["ThePlatform"],
        { Actor: { } actor } => actor,
        { ActorId: null } => Words["TheProgram"],
        _ => Words["Erased"],
    };

    private List<(string Field, string? Before, string After)> Changes(AuditEntryView entry)
    {
        if (entry.Action == AuditActions.KeyEdited && entry.Detail?["before"] is JsonObject before && entry.Detail["after"] is JsonObject after)
        {
            return [.. after.Select(change => (Settings.Name(change.Key), (string?)Settings.Say(change.Key, before[change.Key]), Settings.Say(change.Key, change.Value)))];
        }

        if (entry.Action == AuditActions.ReviewDecided && (string?)entry.Detail?["decision"] is { } decision)
        {
            return [(Words["ReviewChoice"], null, Words["Did_decision_" + decision])];
        }

        return entry.Action is AuditActions.KeyRevoked or AuditActions.KeyPaused && entry.Detail?["policy"] is null && entry.Detail?["reason"] is { } reason ? [(Words["Reason"], null, Settings.Say("reason", reason))] : [];
    }
}
