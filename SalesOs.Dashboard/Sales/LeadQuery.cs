using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

public enum LeadSort
{
    CreatedAt,
    UpdatedAt,
    Name,
    Status,
}

/// <summary>One page of a partition's leads, found, sorted and cut in the database.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PerPage">1–100.</param>
/// <param name="Source">The whole source, compared by <see cref="FoldedText.Of"/>.</param>
/// <param name="Search">Found in name, e-mail, phone, company and position, compared by <see cref="FoldedText.Of"/>.</param>
/// <param name="CreatedAfter">Later than this; the moment itself is not.</param>
/// <param name="CreatedBefore">Earlier than this; the moment itself is not.</param>
public sealed record LeadQuery(
    int Page = 1,
    int PerPage = 25,
    LeadSort Sort = LeadSort.CreatedAt,
    bool Descending = true,
    LeadStatus? Status = null,
    string? Source = null,
    string? Search = null,
    DateTimeOffset? CreatedAfter = null,
    DateTimeOffset? CreatedBefore = null)
{
    internal IQueryable<Lead> Filter(IQueryable<Lead> leads)
    {
        var search = Search is null ? null : FoldedText.Of(Search);
        var source = Source is null ? null : FoldedText.Of(Source);
        return leads.Where(l =>
            (Status == null || l.Status == Status)
            && (source == null || l.SourceFolded == source)
            && (search == null || l.SearchFolded.Contains(search))
            && (CreatedAfter == null || l.CreatedAt > CreatedAfter)
            && (CreatedBefore == null || l.CreatedAt < CreatedBefore));
    }

    internal IQueryable<Lead> Cut(IQueryable<Lead> leads)
    {
        var sorted = (Sort, Descending) switch
        {
            (LeadSort.CreatedAt, false) => leads.OrderBy(l => l.CreatedAt),
            (LeadSort.CreatedAt, true) => leads.OrderByDescending(l => l.CreatedAt),
            (LeadSort.UpdatedAt, false) => leads.OrderBy(l => l.UpdatedAt),
            (LeadSort.UpdatedAt, true) => leads.OrderByDescending(l => l.UpdatedAt),
            (LeadSort.Name, false) => leads.OrderBy(l => l.NameFolded),
            (LeadSort.Name, true) => leads.OrderByDescending(l => l.NameFolded),
            (LeadSort.Status, false) => leads.OrderBy(l => l.Status),
            (LeadSort.Status, true) => leads.OrderByDescending(l => l.Status),
        };
        // Without a last word on ties a lead could stand on two pages or on none.
        var whole = Descending ? sorted.ThenByDescending(l => l.Id) : sorted.ThenBy(l => l.Id);
        return whole.Skip((Page - 1) * PerPage).Take(PerPage);
    }
}
