using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>A key as people and programs see it: never the full API key, the secret, k1 or a hash of them.</summary>
/// <param name="KeyPrefix">The first 16 characters, such as <c>sk_live_a1b2c3d4</c>.</param>
/// <param name="Scopes">Empty means no restriction.</param>
/// <param name="RateLimit">Requests per sliding hour, 1–1,000,000.</param>
/// <param name="CreatedBy">The person's e-mail address or name, or <c>service_role</c>; null once the person's data is erased.</param>
/// <param name="UsageCount">Requests let in, ever.</param>
/// <param name="Version">Raised by what people change alone, never by usage; the <c>ETag</c> of the HTTP API.</param>
/// <param name="CreatedById">Who made it, by an id that stays when the person's data is erased.</param>
/// <param name="PredecessorDeleted"><paramref name="RotatedFrom"/> names a key that is there no more; so of <paramref name="SuccessorDeleted"/>.</param>
public sealed record ApiKeyView(
    Guid Id,
    string Name,
    string KeyPrefix,
    string KeyLast4,
    KeyEnvironment Environment,
    IReadOnlyList<string> Scopes,
    int RateLimit,
    IReadOnlyList<string> AllowedIps,
    bool SingleUse,
    KeyStatus Status,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    string? CreatedBy,
    DateTimeOffset? RevokedAt,
    string? RevokedBy,
    string? RevokeReason,
    Guid? RotatedFrom,
    Guid? RotatedTo,
    string? Notes,
    DateTimeOffset? LastUsedAt,
    string? LastUsedIp,
    string? LastUsedAgent,
    long UsageCount,
    int Version,
    Guid? CreatedById = null,
    bool PredecessorDeleted = false,
    bool SuccessorDeleted = false)
{
    /// <summary>Null: none stands.</summary>
    public PauseView? Pause { get; init; }

    /// <summary>Null: nobody was ever on record.</summary>
    public KeyOwner? Owner { get; init; }

    /// <summary>Nobody answers for it: its owner has left or was erased.</summary>
    public bool IsWithoutOwner => Owner is null or { IsGone: true };

    /// <summary>What it breaks of the tenant's policy, as it was looked at; an ended key may break something too.</summary>
    public IReadOnlyList<PolicyBreach> Breaches { get; init; } = [];

    /// <inheritdoc cref="ApiKey.IsExcess"/>
    public bool IsExcess { get; init; }
}

/// <summary>What moves by itself while a page is open.</summary>
public sealed record KeyFigures(Guid Id, KeyStatus Status, long UsageCount, DateTimeOffset? LastUsedAt, string? LastUsedIp, string? LastUsedAgent);

/// <summary>The result of creating a key: the only type that ever carries the secret. It is shown once and kept nowhere.</summary>
public sealed class CreatedKey(ApiKeyView key, string apiKey, string secret)
{
    public ApiKeyView Key { get; } = key;

    /// <summary>The whole public identifier, 40 characters.</summary>
    public string ApiKey { get; } = apiKey;

    /// <summary>69 characters; the server keeps only k1, from which the secret can't be had back.</summary>
    public string Secret { get; } = secret;

    /// <summary>Masked, so that neither a log nor a debugger's text shows the secret.</summary>
    public override string ToString() => $"CreatedKey {{ Id = {Key.Id}, Secret = *** }}";
}
