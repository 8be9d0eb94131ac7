using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>The settings of a key to be made; the rules stand in <see cref="NewKeyValidator"/>.</summary>
/// <param name="ExpiresInDays">1–3650; this or <paramref name="ExpiresAt"/>, not both; neither means never.</param>
/// <param name="SingleUse">Null takes <c>Gate:SingleUse</c>.</param>
public sealed record NewKey(
    string? Name,
    KeyEnvironment Environment = KeyEnvironment.Live,
    IReadOnlyList<string>? Scopes = null,
    int RateLimit = NewKey.DefaultRateLimit,
    int? ExpiresInDays = null,
    DateTimeOffset? ExpiresAt = null,
    IReadOnlyList<string>? AllowedIps = null,
    bool? SingleUse = null,
    string? Notes = null)
{
    public const int DefaultRateLimit = 1000;
}

/// <summary>An edit: what is not given stays.</summary>
public record KeyEdit
{
    public Optional<string?> Name { get; init; }

    public Optional<string?> Notes { get; init; }

    /// <summary>Empty lifts the restriction.</summary>
    public Optional<IReadOnlyList<string>> Scopes { get; init; }

    public Optional<int> RateLimit { get; init; }

    /// <summary>Empty allows all.</summary>
    public Optional<IReadOnlyList<string>> AllowedIps { get; init; }

    /// <summary>Null takes the expiry away.</summary>
    public Optional<DateTimeOffset?> ExpiresAt { get; init; }

    /// <summary>1–3650 from now on; this or <see cref="ExpiresAt"/>, not both.</summary>
    public int? ExpiresInDays { get; init; }

    public Optional<bool> SingleUse { get; init; }

    /// <summary>A person's id, an e-mail address, or <see cref="KeyOwners.Me"/>; as <see cref="KeyOwners"/> reads it.</summary>
    public Optional<string?> Owner { get; init; }

    /// <summary>Another person consents to the lifting of scopes, and to nothing that comes along with it.</summary>
    internal bool NamesMoreThanScopes =>
        Name.IsGiven || Notes.IsGiven || RateLimit.IsGiven || AllowedIps.IsGiven || ExpiresAt.IsGiven || ExpiresInDays is not null || SingleUse.IsGiven || Owner.IsGiven;
}

public enum KeySort
{
    CreatedAt,
    Name,
    ExpiresAt,
    LastUsedAt,
    UsageCount,

    /// <summary>By the owner's e-mail address or name; keys whose owner was erased come first.</summary>
    Owner,
}

/// <summary>One page of a tenant's keys, found, sorted and cut in the database.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PerPage">1–100.</param>
/// <param name="Search">Found in name, notes and the key as the table shows it, compared by <see cref="FoldedText.Of"/>; several keys, each whole, by its prefix or as it is shown, find each of them.</param>
/// <param name="Scope">Keys that name this scope; unrestricted ones do not name any.</param>
/// <param name="CreatedBy">A <see cref="ApiKeyView.CreatedById"/>.</param>
/// <param name="Revocable">All but revoked keys.</param>
public sealed record KeyQuery(
    int Page = 1,
    int PerPage = 25,
    KeySort Sort = KeySort.CreatedAt,
    bool Descending = true,
    string? Search = null,
    KeyStatus? Status = null,
    string? Scope = null,
    KeyEnvironment? Environment = null,
    KeyMark? Mark = null,
    Guid? CreatedBy = null,
    bool Revocable = false,
    KeyTraits? Traits = null)
{
    /// <summary>The people whom <see cref="KeyTraits.MadeBy"/> means, once they are looked up.</summary>
    internal IReadOnlyList<Guid>? Makers { get; init; }

    /// <inheritdoc cref="OwnersMeant"/>
    internal OwnersMeant? Owners { get; init; }

    /// <summary>The tenant's policy where <see cref="KeyMark.OutOfPolicy"/> is asked for, once it is looked up.</summary>
    internal KeyPolicy? Policy { get; init; }

    /// <summary>Null when nothing is searched for, nothing that can be seen included.</summary>
    public string? SearchFolded => Search is not null && FoldedText.Of(Search) is { Length: > 0 } folded ? folded : null;

    /// <summary>Not the tenant's whole list.</summary>
    public bool IsNarrowed => SearchFolded is not null || Status is not null || Scope is not null || Environment is not null || Mark is not null || CreatedBy is not null || Revocable
        || (Traits ?? KeyTraits.None) != KeyTraits.None;
}

/// <param name="Total">Keys that match, on all pages.</param>
public sealed record KeyPage(IReadOnlyList<ApiKeyView> Keys, long Total);
