using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>What the reader chose on the page of notices, as it stands in the address: whose deliveries, and which page of them.</summary>
public sealed record NoticesAddress
{
    public const string Path = "/integrations/notices";

    public static readonly IReadOnlyList<int> PageSizes = [10, 25, 50];

    /// <summary>A webhook or an e-mail address; null: all.</summary>
    public Guid? Receiver { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int PerPage { get; init; } = PageSizes[0];

    /// <summary>What an address says wrongly is taken as not said.</summary>
    public static NoticesAddress Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        return new NoticesAddress
        {
            Receiver = Guid.TryParse(Said("receiver"), out var receiver) ? receiver : null,
            Page = Number("page") is >= 1 and var page ? page : 1,
            PerPage = Number("per_page") is { } size && PageSizes.Contains(size) ? size : PageSizes[0],
        };

        string? Said(string field) => query.TryGetValue(field, out var values) ? values[^1] : null;

        int Number(string field) => int.TryParse(Said(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>The address; what is as by default is left out.</summary>
    public override string ToString()
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (Receiver is { } receiver)
        {
            query["receiver"] = receiver.ToString();
        }

        if (Page > 1)
        {
            query["page"] = Page.ToString(CultureInfo.InvariantCulture);
        }

        if (PerPage != PageSizes[0])
        {
            query["per_page"] = PerPage.ToString(CultureInfo.InvariantCulture);
        }

        return QueryHelpers.AddQueryString(Path, query);
    }
}
