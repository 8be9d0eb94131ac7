using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>A key as it is stored. Its transitions are guarded: nothing un-revokes a key.</summary>
public sealed partial class ApiKey : IFollowedRow
{
    private ApiKey()
    {
    }

    public Guid Id { get; private init; }

    public string TenantId { get; private init; } = "";

    /// <summary>The whole public identifier, 40 characters. It leaves the server once, when it is made.</summary>
    public string Key { get; private init; } = "";

    /// <summary>k1 under AES-256-GCM (<see cref="Vault"/>), 60 bytes.</summary>
    public byte[] SealedK1 { get; private init; } = [];

    public KeyEnvironment Environment { get; private init; }

    public string Name { get; private set; } = "";

    /// <summary><see cref="FoldedText.Of"/> of <see cref="Name"/>; what is sorted by.</summary>
    public string NameFolded { get; private set; } = "";

    /// <summary>Name, notes and the key as the table shows it, folded, one to a line; what is searched.</summary>
    public string SearchText { get; private set; } = "";

    public string? Notes { get; private set; }

    /// <summary>Each scope between two spaces, so that one is found by " scope "; empty for none.</summary>
    public string ScopeText { get; private set; } = "";

    public int RateLimit { get; private set; }

    /// <summary>One address or block a line, as <see cref="AddressBlock.Stored"/> has it; empty allows all, and so does a block of all.</summary>
    public string AllowedIpText { get; private set; } = "";

    public bool SingleUse { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary><see cref="ExpiresAt"/> in Unix milliseconds, or <see cref="long.MaxValue"/> for never: so that never sorts last in every database.</summary>
    public long ExpiryOrder { get; private set; }

    /// <summary>When the log was told that the key has expired; null before, and again once the expiry is put off.</summary>
    public DateTimeOffset? ExpiryNotedAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>A person's id (Audit room); the name may be erased, the id stays.</summary>
    public Guid? CreatedById { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public Guid? RevokedById { get; private set; }

    public string? RevokeReason { get; private set; }

    /// <summary>When the pause began; null: the key is not paused, or the clock has ended the pause and that is recorded.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    public Guid? PausedById { get; private set; }

    /// <summary>The clock ends the pause at that moment; null: somebody does.</summary>
    public DateTimeOffset? PausedUntil { get; private set; }

    /// <summary>Null where <see cref="PausedUntil"/> is.</summary>
    public PauseEnd? PausedThen { get; private set; }

    public string? PauseReason { get; private set; }

    public PauseAnswer PauseAnswer { get; private set; }

    /// <summary>The brown-outs that run or are to come, as <see cref="BrownOutSpan.Write"/> has them; empty for none. The gate reads them here.</summary>
    public string BrownOutText { get; private set; } = "";

    /// <summary>The brown-out that runs or comes next, for lists that are narrowed to a status; null for none.</summary>
    public DateTimeOffset? BrownOutFrom { get; private set; }

    public DateTimeOffset? BrownOutUntil { get; private set; }

    public Guid? RotatedFrom { get; private set; }

    public Guid? RotatedTo { get; private set; }

    /// <summary>Nobody has said yet that they have saved the values that the dashboard showed. A program gets them in its answer: its keys are never unsaved.</summary>
    public bool ValuesUnsaved { get; private set; }

    /// <summary>Raised by what people change (edits, pausing, resuming, revoking), never by usage, nor by a pause that the clock ends.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>Requests let in, ever; written by the usage writer.</summary>
    public long UsageCount { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    public string? LastUsedIp { get; private set; }

    public string? LastUsedAgent { get; private set; }

    /// <summary>The id of the request of <see cref="LastUsedAt"/>; null also where it was counted before ids were kept.</summary>
    public Guid? LastRequestId { get; private set; }

    public IReadOnlyList<string> Scopes => ScopeText.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> AllowedIps => AllowedIpText.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string KeyPrefix => Key[..16];

    public string KeyLast4 => Key[^4..];

    public static ApiKey Create(Guid id, string tenantId, string key, byte[] sealedK1, NewKey request, bool singleUse, DateTimeOffset now)
    {
        var made = new ApiKey { Id = id, TenantId = tenantId, Key = key, SealedK1 = sealedK1, Environment = request.Environment, CreatedAt = now };
        made.Apply(new KeyEdit
        {
            Name = request.Name,
            Notes = request.Notes,
            Scopes = new(true, request.Scopes ?? []),
            RateLimit = request.RateLimit,
            AllowedIps = new(true, request.AllowedIps ?? []),
            ExpiresAt = request.ExpiresInDays is { } days ? now.AddDays(days) : request.ExpiresAt,
            SingleUse = singleUse,
        });
        made.PlanReminders(before: long.MaxValue, now);
        return made;
    }

    public void CreatedBy(Guid? person) => CreatedById = person;

    /// <summary>The values wait to be shown, and are unsaved until somebody says otherwise.</summary>
    public void AwaitSaving() => ValuesUnsaved = true;

    public void ValuesSaved() => ValuesUnsaved = false;

    /// <summary>Changes what the edit names, after validation. False when nothing differs.</summary>
    /// <exception cref="InvalidOperationException">The key is revoked.</exception>
    public bool Edit(KeyEdit edit, DateTimeOffset now)
    {
        if (RevokedAt is not null)
        {
            throw new InvalidOperationException("A revoked key is never edited.");
        }

        var before = (Name, Notes, ScopeText, RateLimit, AllowedIpText, SingleUse, ExpiryOrder);
        Apply(edit);
        if (before == (Name, Notes, ScopeText, RateLimit, AllowedIpText, SingleUse, ExpiryOrder))
        {
            return false;
        }

        NoteScopes(before.ScopeText, now);
        PlanReminders(before.ExpiryOrder, now);
        Version++;
        return true;
    }

    /// <summary>False when it was revoked before: the first time, person and reason stay.</summary>
    public bool Revoke(DateTimeOffset now, string? reason)
    {
        if (this.RevokedSince(now) is not null)
        {
            return false;
        }

        RevokedAt = now;
        RevokeReason = reason;
        ClearPause();
        Version++;
        return true;
    }

    /// <summary>Changes the end where the key is paused already. False when nothing differs, and for a key that is revoked or has expired.</summary>
    public bool Pause(DateTimeOffset now, KeyPause pause)
    {
        if (this.StatusAt(now) is not (KeyStatus.Active or KeyStatus.Paused))
        {
            return false;
        }

        var before = (PausedAt, PausedUntil, PausedThen, PauseReason, PauseAnswer);
        PausedAt ??= now;
        PausedUntil = ToMilliseconds(pause.Until);
        PausedThen = pause.Until is null ? null : pause.Then ?? PauseEnd.Resume;
        PauseReason = Blank(pause.Reason) ?? PauseReason;
        PauseAnswer = pause.Answer ?? PauseAnswer;
        if (before == (PausedAt, PausedUntil, PausedThen, PauseReason, PauseAnswer))
        {
            return false;
        }

        Version++;
        return true;
    }

    public void PausedBy(Guid? person) => PausedById ??= person;

    /// <summary>False when it is not paused.</summary>
    public bool Resume()
    {
        if (PausedAt is null)
        {
            return false;
        }

        ClearPause();
        Version++;
        return true;
    }

    /// <summary>Puts down what the clock has done at the pause's end: the key is resumed, or revoked for the pause's reason by whoever paused it. False when there is nothing to put down.</summary>
    public bool PassPauseEnd(DateTimeOffset now)
    {
        if (RevokedAt is not null || !(PausedUntil <= now))
        {
            return false;
        }

        if (PausedThen == PauseEnd.Revoke)
        {
            (RevokedAt, RevokedById, RevokeReason) = (PausedUntil, PausedById, PauseReason);
            Version++;
        }

        // Resumed, the version stays: by the clock every node lets it in already.
        ClearPause();
        return true;
    }

    public void RevokedBy(Guid? person) => RevokedById = person;

    public void NoteExpiry(DateTimeOffset now) => ExpiryNotedAt = now;

    /// <summary>Ties the key to its successor, both ways. A key that is rotated again names the latest one; its version stays, as its settings do.</summary>
    public void RotateTo(ApiKey successor)
    {
        RotatedTo = successor.Id;
        successor.RotatedFrom = Id;
        successor.OwnerId = Owner;
    }

    /// <summary>The key that it succeeds, and the one that succeeds it.</summary>
    public IReadOnlyCollection<Guid> Neighbours() => [.. new[] { RotatedFrom, RotatedTo }.OfType<Guid>()];

    /// <summary>What a successor is made with.</summary>
    /// <param name="expiresAt">The successor's; null: never.</param>
    public NewKey Settings(DateTimeOffset? expiresAt) => new(Name, Environment, Scopes, RateLimit, ExpiresInDays: null, expiresAt, AllowedIps, SingleUse, Notes);

    private void ClearPause() => (PausedAt, PausedById, PausedUntil, PausedThen, PauseReason, PauseAnswer) = (null, null, null, null, null, PauseAnswer.KeyPaused);

    private void Apply(KeyEdit edit)
    {
        Name = edit.Name.IsGiven ? edit.Name.Value!.Trim() : Name;
        Notes = edit.Notes.IsGiven ? Blank(edit.Notes.Value) : Notes;
        ScopeText = edit.Scopes.IsGiven ? Joined(edit.Scopes.Value ?? []) : ScopeText;
        RateLimit = edit.RateLimit.Or(RateLimit);
        AllowedIpText = edit.AllowedIps.IsGiven ? string.Join('\n', (edit.AllowedIps.Value ?? []).Select(AddressBlock.Stored).Distinct(StringComparer.Ordinal)) : AllowedIpText;
        SingleUse = edit.SingleUse.Or(SingleUse);
        // Whole milliseconds, as they are stored.
        var before = ExpiresAt;
        ExpiresAt = edit.ExpiresAt.IsGiven ? ToMilliseconds(edit.ExpiresAt.Value) : ExpiresAt;
        ExpiryNotedAt = ExpiresAt == before ? ExpiryNotedAt : null;
        ExpiryOrder = ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        NameFolded = FoldedText.Of(Name);
        SearchText = FoldedKeys.SearchTextOf(Name, Notes, Key);
    }

    private static string Joined(IReadOnlyList<string> scopes) => scopes.Count == 0 ? "" : $" {string.Join(' ', scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))} ";

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateTimeOffset? ToMilliseconds(DateTimeOffset? time) => time is { } t ? DateTimeOffset.FromUnixTimeMilliseconds(t.ToUnixTimeMilliseconds()) : null;
}
