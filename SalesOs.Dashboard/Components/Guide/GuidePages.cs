using System.Collections.Concurrent;
using System.Globalization;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Guide;

/// <summary>The guide's pages in their order, and their sources: Markdown in the reader's language, one file for each page.</summary>
public sealed class GuidePages(SiteOptions site)
{
    /// <summary>The page at <see cref="GuideLinks.Start"/>.</summary>
    public const string Start = "index";

    private const string Management = "management";

    private readonly ConcurrentDictionary<string, string> sources = new(StringComparer.Ordinal);

    /// <summary>Whether there is a management API to tell about.</summary>
    public bool HasManagement => site.HasApi;

    /// <summary>Names as they stand in addresses, beginning with <see cref="Start"/>.</summary>
    public IReadOnlyList<string> Names => HasManagement
        ? [Start, "authentication", "keys", "activities", "leads", Management, "webhooks", "best-practices"]
        : [Start, "authentication", "keys", "activities", "leads", "webhooks", "best-practices"];

    public static string AddressOf(string name) => name == Start ? GuideLinks.Start : $"{GuideLinks.Start}/{name}";

    public static string MarkdownAddressOf(string name) => $"{GuideLinks.Start}/{name}.md";

    public bool Has(string? name) => Names.Contains(name, StringComparer.Ordinal);

    /// <summary>The source in the language of this request, with its places still to fill.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public string Source(string name) => sources.GetOrAdd($"guide/{CultureInfo.CurrentUICulture.Name}/{name}.md", EmbeddedText.Read);

    /// <summary>The heading of a page, as the list of pages calls it.</summary>
    public string Title(string name) => Source(name).Split('\n', 2)[0][2..];

    /// <summary>What a page begins with, below its heading.</summary>
    public string Lead(string name) => Source(name).Split('\n')[2];
}
