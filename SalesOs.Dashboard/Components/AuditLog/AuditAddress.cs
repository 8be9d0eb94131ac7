using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>
/// What the reader chose on the page of the audit log, as it stands in the address: filters and page. A link reproduces the screen, and what an
/// address says wrongly is taken as not said.
/// </summary>
public sealed record AuditAddress
{
    public const string Path = "/integrations/audit";

    /// <summary>In code points.</summary>
    public const int MaxKeyLength = 200;

    public static readonly IReadOnlyList<int> PageSizes = [25, 50, 100];

    /// <summary>A person's id, or what they are called.</summary>
    public string? Actor { get; init; }

    /// <summary>One of <see cref="AuditActions.Choices"/>.</summary>
    public string? Action { get; init; }

    /// <summary>A key's id, or a part of its name or prefix.</summary>
    public string? Key { get; init; }

    /// <summary>The first day, in the reader's time zone.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, in the reader's time zone.</summary>
    public DateOnly? To { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int PerPage { get; init; } = PageSizes[0];

    public bool IsFiltered => Actor is not null || Action is not null || Key is not null || HasDays;

    /// <summary>The first day lies after the last: nothing can match.</summary>
    public bool IsReversed => From > To;

    public bool HasDays => From is not null || To is not null;

    public static AuditAddress Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        return new AuditAddress
        {
            Actor = Text("actor", Person.MaxTextLength),
            Action = Said("action") is { } action && AuditActions.Choices.Contains(action, StringComparer.Ordinal) ? action : null,
            Key = Text("key", MaxKeyLength),
            From = LocalDay.Parse(Said("from")),
            To = LocalDay.Parse(Said("to")),
            Page = Number("page") is >= 1 and var page ? page : 1,
            PerPage = Number("per_page") is { } size && PageSizes.Contains(size) ? size : PageSizes[0],
        };

        string? Said(string field) => query.TryGetValue(field, out var values) ? values[^1] : null;

        string? Text(string field, int most) => Said(field)?.Trim() is { Length: > 0 } text ? CodePoints.Cut(text, most) : null;

        int Number(string field) => int.TryParse(Said(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>The address; what is as by default is left out.</summary>
    public override string ToString()
    {
        var said = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["actor"] = Actor,
            ["action"] = Action,
            ["key"] = Key,
            ["from"] = LocalDay.Text(From),
            ["to"] = LocalDay.Text(To),
            ["page"] = Page == 1 ? null : Page.ToString(CultureInfo.InvariantCulture),
            ["per_page"] = PerPage == PageSizes[0] ? null : PerPage.ToString(CultureInfo.InvariantCulture),
        };
        return QueryHelpers.AddQueryString(Path, said.Where(s => s.Value is not null));
    }

    public AuditAddress Unfiltered() => new() { PerPage = PerPage };

    /// <summary>What is asked of the log.</summary>
    /// <param name="zone">Of the reader: their days begin and end there.</param>
    /// <param name="keys">The keys that <see cref="Key"/> stands for; null when it is not said.</param>
    public AuditFilter ToFilter(TimeZoneInfo zone, IReadOnlyList<Guid>? keys) =>
        new(Page, PerPage, Actor, Action, From: LocalDay.Start(From, zone), To: LocalDay.Start(To == DateOnly.MaxValue ? null : To?.AddDays(1), zone), AnyKeyOf: keys);
}
