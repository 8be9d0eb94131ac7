using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.More;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// What the reader chose on the page of API keys, as it stands in the address: search, filters, sorting, page. A link reproduces the screen,
/// and what an address says wrongly is taken as not said.
/// </summary>
public sealed record KeysAddress
{
    /// <summary>In code points.</summary>
    public const int MaxSearchLength = 200;


    public static readonly IReadOnlyList<int> PageSizes = [25, 50, 100];

    private static readonly (KeySort Sort, string Name)[] Sorts =
    [
        (KeySort.CreatedAt, "created_at"),
        (KeySort.Name, "name"),
        (KeySort.ExpiresAt, "expires_at"),
        (KeySort.LastUsedAt, "last_used_at"),
        (KeySort.UsageCount, "usage_count"),
        (KeySort.Owner, "owner"),
    ];

    public string? Search { get; init; }

    public KeyStatus? Status { get; init; }

    /// <summary>Stands in the address in the status's place: there is one or the other.</summary>
    public KeyMark? Mark { get; init; }

    public KeyEnvironment? Environment { get; init; }

    /// <summary>The person who made the keys, by <see cref="ApiKeyView.CreatedById"/>.</summary>
    public Guid? Creator { get; init; }

    public string? Scope { get; init; }

    /// <summary>What else is narrowed to.</summary>
    public KeyTraitsAddress Traits { get; init; } = KeyTraitsAddress.None;

    public KeySort Sort { get; init; } = KeySort.CreatedAt;

    public bool Descending { get; init; } = true;

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int PerPage { get; init; } = PageSizes[0];

    public bool IsFiltered => Search is not null || Status is not null || Mark is not null || Environment is not null || Scope is not null || Creator is not null || Traits != KeyTraitsAddress.None;

    public static KeysAddress Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        var search = Said("search")?.Trim();
        var sort = Said("sort") ?? "-created_at";
        var descending = sort.StartsWith('-');
        var (known, name) = Sorts.FirstOrDefault(s => s.Name == (descending ? sort[1..] : sort));
        return new KeysAddress
        {
            // Whoever put a secret into an address: it goes no further from here.
            Search = string.IsNullOrEmpty(search) || search.Contains(CredentialFormat.SecretPrefix, StringComparison.OrdinalIgnoreCase) ? null : CodePoints.Cut(search, MaxSearchLength),
            Status = Word<KeyStatus>("status"),
            Mark = Word<KeyMark>("status"),
            Environment = Word<KeyEnvironment>("environment"),
            Creator = Guid.TryParseExact(Said("creator"), "D", out var creator) ? creator : null,
            Scope = Said("scope") is { } scope && Scopes.All.Contains(scope, StringComparer.Ordinal) ? scope : null,
            Traits = KeyTraitsAddress.Parse(Said),
            Sort = name is null ? KeySort.CreatedAt : known,
            Descending = name is null || descending,
            Page = Number("page") is >= 1 and var page ? page : 1,
            PerPage = Number("per_page") is { } size && PageSizes.Contains(size) ? size : PageSizes[0],
        };

        string? Said(string field) => query.TryGetValue(field, out var values) ? values[^1] : null;

        int Number(string field) => int.TryParse(Said(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

        T? Word<T>(string field)
            where T : struct, Enum
        {
            var said = Said(field);
            return Enum.GetValues<T>().Cast<T?>().FirstOrDefault(v => v!.Value.ToString().ToLowerInvariant() == said);
        }
    }

    /// <summary>The address; what is as by default is left out.</summary>
    public override string ToString()
    {
        var said = new Dictionary<string, string?>(Traits.Said(), StringComparer.Ordinal)
        {
            ["search"] = Search,
            ["status"] = (Status?.ToString() ?? Mark?.ToString())?.ToLowerInvariant(),
            ["environment"] = Environment?.ToString().ToLowerInvariant(),
            ["scope"] = Scope,
            ["creator"] = Creator?.ToString(),
            ["sort"] = Sort == KeySort.CreatedAt && Descending ? null : (Descending ? "-" : "") + Sorts.First(s => s.Sort == Sort).Name,
            ["page"] = Page == 1 ? null : Page.ToString(CultureInfo.InvariantCulture),
            ["per_page"] = PerPage == PageSizes[0] ? null : PerPage.ToString(CultureInfo.InvariantCulture),
        };
        return QueryHelpers.AddQueryString(KeyLinks.List, said.Where(s => s.Value is not null));
    }

    /// <param name="zone">The reader's: the days of <see cref="Traits"/> begin there.</param>
    public KeyQuery ToQuery(TimeZoneInfo zone) => new(Page, PerPage, Sort, Descending, Search, Status, Scope, Environment, Mark, Creator, Traits: Traits.ToTraits(zone));

    /// <summary>A click on a column: the other way round, or that column in its natural direction (names from A, times and counts from the most).</summary>
    public KeysAddress SortedBy(KeySort sort) =>
        this with { Sort = sort, Descending = sort == Sort ? !Descending : BeginsDescending(sort), Page = 1 };

    /// <summary>As <see cref="SortedBy"/>, in the column's natural direction even where it is the sort already.</summary>
    public KeysAddress NaturallySortedBy(KeySort sort) => this with { Sort = sort, Descending = BeginsDescending(sort) };

    private static bool BeginsDescending(KeySort sort) => sort is not (KeySort.Name or KeySort.ExpiresAt or KeySort.Owner);

    public KeysAddress Unfiltered() => this with { Search = null, Status = null, Mark = null, Environment = null, Scope = null, Creator = null, Traits = KeyTraitsAddress.None, Page = 1 };
}
