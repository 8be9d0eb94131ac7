using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>What the reader chose on a page of reviews, as it stands in the address; what an address says wrongly is taken as not said.</summary>
/// <param name="Id">The review; null: the list of them.</param>
public sealed record ReviewAddress(Guid? Id = null)
{
    public const string List = "/integrations/reviews";
    public const string WithoutOwner = "/integrations/without-owner";

    public const int PerPage = 25;

    public ReviewPart Part { get; init; } = ReviewPart.All;

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    /// <param name="id">As the path has it.</param>
    public static ReviewAddress Parse(string uri, Guid? id)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        var part = Said("part");
        return new ReviewAddress(id)
        {
            Part = Enum.GetValues<ReviewPart>().FirstOrDefault(known => NameOf(known) == part),
            Page = int.TryParse(Said("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page >= 1 ? page : 1,
        };

        string? Said(string field) => query.TryGetValue(field, out var values) ? values[^1] : null;
    }

    /// <summary>The address; what is as by default is left out.</summary>
    public override string ToString() => On(Id is { } id ? $"{List}/{id}" : List);

    /// <summary>The same on another page's path.</summary>
    public string On(string path)
    {
        var said = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["part"] = Part == ReviewPart.All ? null : NameOf(Part),
            ["page"] = Page == 1 ? null : Page.ToString(CultureInfo.InvariantCulture),
        };
        return QueryHelpers.AddQueryString(path, said.Where(s => s.Value is not null));
    }

    private static string NameOf(ReviewPart part) => part.ToString().ToLowerInvariant();
}
