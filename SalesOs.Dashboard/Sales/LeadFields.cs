using System.Text.Json;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Sales;

/// <summary>What a program may set on a lead, new or known; the names are the API's.</summary>
public sealed record LeadFields
{
    public Optional<string?> Name { get; init; }

    public Optional<string?> Email { get; init; }

    public Optional<string?> Phone { get; init; }

    public Optional<string?> Company { get; init; }

    public Optional<string?> Position { get; init; }

    public Optional<string?> Source { get; init; }

    public Optional<LeadStatus> Status { get; init; }

    /// <summary>An object, taken whole; null empties it.</summary>
    public Optional<JsonElement> CustomFields { get; init; }

    /// <summary>Taken whole; null empties it.</summary>
    public Optional<IReadOnlyList<string>?> Tags { get; init; }

    /// <summary>False for <c>{}</c>.</summary>
    internal bool SetsAnything => Name.IsGiven || Email.IsGiven || Phone.IsGiven || Company.IsGiven || Position.IsGiven || Source.IsGiven
        || Status.IsGiven || CustomFields.IsGiven || Tags.IsGiven;
}

internal static class LeadRules
{
    public const int MaxName = 255;
    public const int MaxPhone = 50;
    public const int MaxCompany = 255;
    public const int MaxPosition = 255;
    public const int MaxSource = 100;
    public const int MaxTags = 50;
    public const int MaxTag = 100;

    public static readonly FieldFault NoWayToReach = new("email", "is required when there is no phone");

    /// <summary>The rules for the fields that are given; a new lead must give its name.</summary>
    public static IReadOnlyList<FieldFault> Faults(LeadFields fields, bool isNew) =>
    [
        .. fields.Name.IsGiven || isNew ? TextRules.Required("name", fields.Name.Value, MaxName) : [],
        .. TextRules.Email("email", fields.Email.Value),
        .. TextRules.Optional("phone", fields.Phone.Value, MaxPhone),
        .. isNew && !IsReachable(fields.Email.Value, fields.Phone.Value) ? [NoWayToReach] : Array.Empty<FieldFault>(),
        .. TextRules.Optional("company", fields.Company.Value, MaxCompany),
        .. TextRules.Optional("position", fields.Position.Value, MaxPosition),
        .. TextRules.Optional("source", fields.Source.Value, MaxSource),
        .. OpenFields.Faults("custom_fields", fields.CustomFields.Value),
        .. Tags(fields.Tags.Value ?? []),
    ];

    public static bool IsReachable(string? email, string? phone) => !string.IsNullOrWhiteSpace(email) || !string.IsNullOrWhiteSpace(phone);

    private static IEnumerable<FieldFault> Tags(IReadOnlyList<string> tags) => tags.Count > MaxTags
        ? [new FieldFault("tags", FormattableString.Invariant($"must be at most {MaxTags}"))]
        : tags.SelectMany((tag, i) => TextRules.Required(FormattableString.Invariant($"tags[{i}]"), tag, MaxTag));
}
