using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Approvals;

/// <summary>What waits for another person. The numbers are stored.</summary>
public enum ApprovalAct
{
    CreateUnrestricted = 0,

    /// <summary>The successor of a key without scopes has none either.</summary>
    RotateUnrestricted = 1,
    LiftScopes = 2,
    Delete = 3,
    ChangePolicy = 4,

    /// <summary>A change of the policy that takes an act from those that wait: it always waits itself.</summary>
    LessenApprovals = 5,
}

/// <summary>How far a request has come. The numbers are stored.</summary>
public enum ApprovalState
{
    Waiting = 0,

    /// <summary>It may be done once, until <see cref="Approval.Until"/>.</summary>
    Approved = 1,
    Declined = 2,
    Done = 3,

    /// <summary>Its time was over before it was decided or done.</summary>
    Lapsed = 4,
}

/// <summary>One request for another person's consent. What it leads to is done once.</summary>
public sealed class Approval : ITenantOwned
{
    /// <summary>For deciding, and from the decision on for doing.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromHours(72);

    /// <summary>After its end; the audit log goes on telling of it.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public required string TenantId { get; init; }

    public required Guid Id { get; init; }

    public required ApprovalAct Act { get; init; }

    public ApprovalState State { get; private set; }

    /// <summary>The key that it is about; null: one that is to be made, or none.</summary>
    public Guid? KeyId { get; init; }

    /// <summary>SHA-256 over the act and all that it is done with, 32 bytes: the same call finds its request again.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>What is done once it is approved, as JSON; null where act and key say it all.</summary>
    public string? Request { get; init; }

    /// <summary>What the other person is shown of it, as JSON in the shape of an audit entry's detail.</summary>
    public required string Detail { get; init; }

    public string? Reason { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>A person's id (Audit room).</summary>
    public Guid? AskedById { get; set; }

    public required DateTimeOffset Until { get; set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public Guid? DecidedById { get; set; }

    public string? DecisionReason { get; private set; }

    /// <summary>When it was done, declined or lapsed; null: it is open.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Whether doing it shows a secret, so that nobody but the asker does it.</summary>
    public bool MakesKey => Act is ApprovalAct.CreateUnrestricted or ApprovalAct.RotateUnrestricted;

    /// <summary>With what the clock has ended.</summary>
    public ApprovalState StateAt(DateTimeOffset now) => State is ApprovalState.Waiting or ApprovalState.Approved && Until <= now ? ApprovalState.Lapsed : State;

    /// <summary>From now on it has its time anew.</summary>
    public void Approve(DateTimeOffset now, string? reason) => (State, DecidedAt, DecisionReason, Until) = (ApprovalState.Approved, now, reason, now + Time);

    public void Decline(DateTimeOffset now, string? reason) => (State, DecidedAt, DecisionReason, EndedAt) = (ApprovalState.Declined, now, reason, now);

    public void Use(DateTimeOffset now) => (State, EndedAt) = (ApprovalState.Done, now);

    public void Lapse(DateTimeOffset now) => (State, EndedAt) = (ApprovalState.Lapsed, now);
}

internal sealed class ApprovalMapping : IEntityTypeConfiguration<Approval>
{
    public void Configure(EntityTypeBuilder<Approval> builder)
    {
        builder.ToTable("approvals");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.TenantId).HasMaxLength(64);
        builder.Property(a => a.Reason).HasMaxLength(KeyRules.MaxReasonLength);
        builder.Property(a => a.DecisionReason).HasMaxLength(KeyRules.MaxReasonLength);
        builder.Ignore(a => a.MakesKey);
        builder.HasIndex(a => new { a.TenantId, a.AskedAt, a.Id });
        // Only those that are open.
        builder.HasIndex(a => new { a.TenantId, a.Fingerprint }).HasFilter("\"EndedAt\" IS NULL");
        builder.HasIndex(a => a.Until).HasFilter("\"EndedAt\" IS NULL");
        builder.HasIndex(a => a.EndedAt).HasFilter("\"EndedAt\" IS NOT NULL");
    }
}
