using System.Globalization;
using FluentValidation;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Reviews;

/// <summary>A review that is to be opened; the rules stand in <see cref="NewReviewValidator"/>.</summary>
/// <param name="DueAt">In the future, at most a year away.</param>
/// <param name="Filter">With <see cref="ReviewScope.Filter"/> alone.</param>
public sealed record NewReview(string? Name, DateTimeOffset? DueAt, ReviewScope Scope = ReviewScope.All, ReviewFilter? Filter = null);

/// <summary>What a review is narrowed to; what is null is not asked for.</summary>
public record ReviewFilter
{
    /// <summary>Active or paused: what has come to its end is part of no review.</summary>
    public KeyStatus? Status { get; init; }

    public KeyMark? Mark { get; init; }

    public KeyEnvironment? Environment { get; init; }

    public string? Scope { get; init; }

    /// <inheritdoc cref="KeyQuery" path="/param[@name='Search']"/>
    public string? Search { get; init; }

    public bool? FullAccess { get; init; }

    public bool? NeverExpires { get; init; }

    public bool? AnyAddress { get; init; }

    /// <inheritdoc cref="KeyTraits.MadeBy"/>
    public string? CreatedBy { get; init; }

    /// <inheritdoc cref="KeyTraits.Owner"/>
    public string? Owner { get; init; }

    public bool? WithoutOwner { get; init; }

    public DateTimeOffset? UsedSince { get; init; }

    public DateTimeOffset? UnusedSince { get; init; }

    public DateTimeOffset? ExpiresBefore { get; init; }

    internal KeyQuery ToQuery() => new(
        Search: Search,
        Status: Status,
        Scope: Scope,
        Environment: Environment,
        Mark: Mark,
        Traits: new KeyTraits
        {
            FullAccess = FullAccess,
            NeverExpires = NeverExpires,
            AnyAddress = AnyAddress,
            MadeBy = CreatedBy,
            Owner = Owner,
            WithoutOwner = WithoutOwner,
            UsedSince = UsedSince,
            UnusedSince = UnusedSince,
            ExpiresBefore = ExpiresBefore,
        });

    /// <summary>By the names of the HTTP API. What may name a person is not told: it is stored, and goes into reports.</summary>
    internal string Said()
    {
        (string Name, string? Value)[] all =
        [
            ("status", Word(Status)), ("mark", Word(Mark)), ("environment", Word(Environment)), ("scope", Scope), ("search", Search is null ? null : "…"),
            ("full_access", Text(FullAccess)), ("never_expires", Text(NeverExpires)), ("any_address", Text(AnyAddress)),
            ("created_by", CreatedBy is null ? null : "…"), ("owner", Owner is null ? null : "…"), ("without_owner", Text(WithoutOwner)),
            ("used_since", Text(UsedSince)), ("unused_since", Text(UnusedSince)), ("expires_before", Text(ExpiresBefore)),
        ];
        return string.Join(' ', all.Where(one => one.Value is not null).Select(one => $"{one.Name}={one.Value}"));
    }

    private static string? Word<T>(T? value)
        where T : struct, Enum => value is { } word ? System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()) : null;

    private static string? Text(bool? flag) => flag switch { null => null, true => "true", false => "false" };

    private static string? Text(DateTimeOffset? at) => at?.ToUniversalTime().ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture);
}

/// <summary>The rules for a new review. The same validator serves the page and the API.</summary>
/// <remarks>Codes: those of a key's name, <c>due_required</c>, <c>due_past</c>, <c>due_too_far</c>, <c>filter_alone</c>, <c>scope_unknown</c>, <c>keys_unknown</c>, <c>status_ended</c>.</remarks>
public sealed class NewReviewValidator : AbstractValidator<NewReview>
{
    public const int MaxNameLength = KeyRules.MaxNameLength;
    public const int MaxDays = 366;

    /// <summary>In code points.</summary>
    public const int MaxText = 200;

    public NewReviewValidator(TimeProvider clock)
    {
        RuleFor(r => r.Name).IsName();
        RuleFor(r => r.DueAt)
            .NotNull().WithErrorCode("due_required")
            .Must(at => at is null || at > clock.GetUtcNow()).WithErrorCode("due_past")
            .Must(at => at is null || at <= clock.GetUtcNow().AddDays(MaxDays)).WithErrorCode("due_too_far").WithState(_ => MaxDays.ToString(CultureInfo.InvariantCulture))
            .OverridePropertyName("due_at");
        RuleFor(r => r.Scope).IsInEnum().WithErrorCode("keys_unknown").OverridePropertyName("keys");
        RuleFor(r => r.Filter).Null().When(r => r.Scope != ReviewScope.Filter).WithErrorCode("filter_alone").OverridePropertyName("filter");
        RuleForEach(r => KeyRules.UnknownScopes(Listed(r.Filter))).AreNone("scope", "scope_unknown");
        RuleFor(r => r.Filter).Must(f => f?.Status is not (KeyStatus.Expired or KeyStatus.Revoked)).WithErrorCode("status_ended").OverridePropertyName("status");
        RuleForEach(r => TooLong(r.Filter)).AreNone("filter", "filter_too_long");
    }

    private static string[] Listed(ReviewFilter? filter) => filter?.Scope is { } scope ? [scope] : [];

    private static IEnumerable<string> TooLong(ReviewFilter? filter) =>
        new[] { filter?.Search, filter?.CreatedBy, filter?.Owner }.OfType<string>().Where(text => CodePoints.Count(text) > MaxText).Select(_ => MaxText.ToString(CultureInfo.InvariantCulture));
}
