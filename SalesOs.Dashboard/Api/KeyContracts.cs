using System.ComponentModel.DataAnnotations;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Api;

/// <summary>The body of <c>POST /v1/api-keys</c>; the rules stand in <see cref="NewKeyValidator"/>.</summary>
public sealed record CreateKeyBody : IManagementBody
{
    // The attributes are for the OpenAPI document alone.
    [Required]
    [StringLength(100, MinimumLength = 1)]
    public string? Name { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    [Range(1, 1_000_000)]
    public int RateLimit { get; init; } = NewKey.DefaultRateLimit;

    [Range(1, 3650)]
    public int? ExpiresInDays { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public IReadOnlyList<string>? AllowedIps { get; init; }

    public KeyEnvironment Environment { get; init; }

    public bool? SingleUse { get; init; }

    [StringLength(500)]
    public string? Notes { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    public NewKey ToRequest() => new(Name, Environment, Scopes, RateLimit, ExpiresInDays, ExpiresAt, AllowedIps, SingleUse, Notes);

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf(services, ToRequest());
}

/// <summary>The body of <c>PATCH /v1/api-keys/{id}</c>: what is not named stays. The rules stand in <see cref="KeyEditValidator"/>.</summary>
public sealed record EditKeyBody : KeyEdit, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<KeyEdit>(services, this);
}

/// <summary>The body of <c>POST /v1/api-keys/{id}/rotate</c>, which may be left out. The rules stand in <see cref="KeyRotationValidator"/>.</summary>
public sealed record RotateKeyBody : KeyRotation, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<KeyRotation>(services, this);
}

/// <summary>The body of a call that has nothing else to say, such as <c>POST /v1/people/{id}/erase</c>; it may be left out.</summary>
public sealed record TenantBody : IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }
}

/// <summary>The body of <c>POST /v1/api-keys/{id}/revoke</c>, which may be left out.</summary>
public sealed record RevokeKeyBody : IManagementBody
{
    [StringLength(200)]
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }
}

/// <summary>The body of <c>POST /v1/api-keys/{id}/pause</c>, which may be left out. The rules stand in <see cref="KeyPauseValidator"/>.</summary>
public sealed record PauseKeyBody : KeyPause, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<KeyPause>(services, this);
}

/// <summary>The body of <c>POST /v1/api-keys/revoke</c>: all of these keys, or none.</summary>
public sealed record RevokeKeysBody : IManagementBody
{
    [Required]
    [Length(1, BulkRevocation.MostAtOnce)]
    public IReadOnlyList<Guid>? Ids { get; init; }

    [StringLength(200)]
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf(Ids);
}

/// <summary>The body of <c>POST /v1/api-keys/pause</c>: these keys, and the pause as for a single one.</summary>
public sealed record PauseKeysBody : KeyPause, IManagementBody
{
    [Required]
    [Length(1, BulkRevocation.MostAtOnce)]
    public IReadOnlyList<Guid>? Ids { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => [.. KeyProblems.FaultsOf(Ids), .. KeyProblems.FaultsOf<KeyPause>(services, this)];
}

/// <summary>The body of <c>POST /v1/api-keys/resume</c>.</summary>
public sealed record ResumeKeysBody : IManagementBody
{
    [Required]
    [Length(1, BulkRevocation.MostAtOnce)]
    public IReadOnlyList<Guid>? Ids { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf(Ids);
}

/// <summary>The body of <c>POST /v1/api-keys/find</c>.</summary>
public sealed record FindKeysBody : IManagementBody
{
    [Required]
    [StringLength(LeakedSecretQuery.MaxTextLength, MinimumLength = 1)]
    public string? Text { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    /// <summary>Masked: it holds secrets.</summary>
    public override string ToString() => "FindKeysBody { Text = *** }";

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) =>
        string.IsNullOrEmpty(Text) ? [new FieldFault("text", "is required")]
        : Text.Length > LeakedSecretQuery.MaxTextLength ? [new FieldFault("text", FormattableString.Invariant($"must have at most {LeakedSecretQuery.MaxTextLength} characters"))]
        : [];
}

/// <param name="Found">Keys of the tenant, each once for each way in which it was found.</param>
/// <param name="UnknownKeys">API keys in the text that are none of the tenant's, or were deleted.</param>
/// <param name="UnknownSecrets">Secrets in it that belong to none of the tenant's keys, or to one that was deleted. A text with more than ten secrets is refused.</param>
public sealed record FoundKeysAnswer(IReadOnlyList<FoundKeyAnswer> Found, int UnknownKeys, int UnknownSecrets)
{
    public static FoundKeysAnswer Of(FoundInText found, DateTimeOffset now) => new(
        [
            .. found.Named.Select(key => new FoundKeyAnswer(FoundBy.ApiKey, KeyAnswer.Of(key, now))),
            .. found.BySecret.Keys.Select(key => new FoundKeyAnswer(FoundBy.Secret, KeyAnswer.Of(key, now))),
        ],
        found.UnknownNames,
        found.BySecret.Unknown);
}

public sealed record FoundKeyAnswer(FoundBy By, KeyAnswer Key);

/// <summary>What of a key stood in the text.</summary>
public enum FoundBy
{
    ApiKey,
    Secret,
}

/// <param name="Revoked">Keys that this call has revoked.</param>
/// <param name="AlreadyRevoked">Named keys that were revoked before; they stay as they were.</param>
public sealed record RevokedKeysAnswer(int Revoked, int AlreadyRevoked);

/// <param name="Paused">Keys that are paused now as this call says, also those that were paused before.</param>
/// <param name="LeftOut">Named keys that are expired or revoked, or that the tenant's policy keeps paused while this pause would resume them.</param>
public sealed record PausedKeysAnswer(int Paused, int LeftOut);

/// <param name="Resumed">Keys that this call has resumed.</param>
/// <param name="LeftOut">Named keys that were not paused, or that the tenant's policy keeps paused.</param>
public sealed record ResumedKeysAnswer(int Resumed, int LeftOut);

/// <summary>A key as it is answered: never with the full API key, the secret, k1, or any hash of them.</summary>
/// <param name="RotatedFrom">Null also once that key is deleted; the audit log goes on naming it. So of <paramref name="RotatedTo"/>.</param>
/// <param name="PausedAt">Null where no pause stands, as all that is told of one.</param>
/// <param name="PausedUntil">The pause ends by itself at that moment; null: somebody ends it.</param>
/// <param name="Then">What becomes of the key at <paramref name="PausedUntil"/>.</param>
/// <param name="PauseAnswer">What its callers are answered: 403 <c>KEY_PAUSED</c>, or the 401 of a credential that is no good.</param>
/// <param name="LastUsedAgent">What the latest caller said of itself; null: never used, or nothing was said.</param>
/// <param name="Marks">What the dashboard marks the key with just now.</param>
/// <param name="Owner">Who answers for the key: a person's or a team's e-mail address or name, or <c>service_role</c>; null once they are erased.</param>
/// <param name="OwnerId">Of the person or team.</param>
/// <param name="WithoutOwner">The owner has left or was erased.</param>
public record KeyAnswer(
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
    DateTimeOffset? PausedAt,
    string? PausedBy,
    DateTimeOffset? PausedUntil,
    PauseEnd? Then,
    string? PauseReason,
    PauseAnswer? PauseAnswer,
    Guid? RotatedFrom,
    Guid? RotatedTo,
    string? Notes,
    DateTimeOffset? LastUsedAt,
    string? LastUsedIp,
    string? LastUsedAgent,
    long UsageCount,
    IReadOnlyList<KeyMark> Marks,
    string? Owner,
    Guid? OwnerId,
    bool WithoutOwner)
{
    public static KeyAnswer Of(ApiKeyView k, DateTimeOffset now) => new(
        k.Id, k.Name, k.KeyPrefix, k.KeyLast4, k.Environment, k.Scopes, k.RateLimit, k.AllowedIps, k.SingleUse, k.Status, k.ExpiresAt, k.CreatedAt,
        k.CreatedBy, k.RevokedAt, k.RevokedBy, k.RevokeReason,
        k.Pause?.At, k.Pause?.By, k.Pause?.Until, k.Pause?.Then, k.Pause?.Reason, k.Pause?.Answer,
        k.PredecessorDeleted ? null : k.RotatedFrom, k.SuccessorDeleted ? null : k.RotatedTo, k.Notes, k.LastUsedAt, k.LastUsedIp, k.LastUsedAgent,
        k.UsageCount, k.MarksAt(now), k.Owner?.Label, k.Owner?.Id, k.IsWithoutOwner);
}

/// <summary>The answer to creating and to rotating: the key, and both values for the only time.</summary>
public sealed record CreatedKeyAnswer : KeyAnswer
{
    public CreatedKeyAnswer(CreatedKey made, DateTimeOffset now)
        : base(Of(made.Key, now))
    {
        ApiKey = made.ApiKey;
        ApiKeySecret = made.Secret;
    }

    public string ApiKey { get; }

    public string ApiKeySecret { get; }

    /// <summary>Masked: a record's own text would show the secret.</summary>
    public override string ToString() => $"CreatedKeyAnswer {{ Id = {Id}, ApiKeySecret = *** }}";
}
