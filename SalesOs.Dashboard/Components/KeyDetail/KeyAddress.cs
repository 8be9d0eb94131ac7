using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>What the reader chose on a key's page, as it stands in the address: the key, how far back its usage is shown, the refused request that is looked for.</summary>
public sealed record KeyAddress(Guid Id)
{
    public const int MaxRequestLength = 64;

    /// <summary>The usage's choices as the address names them, the shortest first.</summary>
    public static readonly IReadOnlyList<(UsageRange Range, string Name)> Ranges =
        [(UsageRange.Day, "24h"), (UsageRange.Week, "7d"), (UsageRange.Month, "30d"), (UsageRange.Quarter, "90d")];

    public UsageRange Range { get; init; } = UsageRange.Week;

    /// <summary>A request id as it was typed or pasted; null when none is looked for.</summary>
    public string? Request { get; init; }

    /// <summary>Gets the request id; null also when what was typed is none.</summary>
    public Guid? RequestId => Guid.TryParse(Request, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Null: the address names no key. What it says wrongly otherwise is taken as not said.</summary>
    public static KeyAddress? Parse(string uri)
    {
        var address = new Uri(uri, UriKind.Absolute);
        if (!address.AbsolutePath.StartsWith(KeyLinks.List + "/", StringComparison.Ordinal)
            || !Guid.TryParseExact(address.AbsolutePath[(KeyLinks.List.Length + 1)..], "D", out var id))
        {
            return null;
        }

        var query = QueryHelpers.ParseQuery(address.Query);
        var (range, known) = Ranges.FirstOrDefault(r => r.Name == query.GetValueOrDefault("usage").ToString());
        var request = query.GetValueOrDefault("request").ToString().Trim();
        return new KeyAddress(id)
        {
            Range = known is null ? UsageRange.Week : range,
            Request = request.Length == 0 ? null : request[..Math.Min(request.Length, MaxRequestLength)],
        };
    }

    /// <summary>The address, without what is at its default.</summary>
    public override string ToString()
    {
        var said = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["usage"] = Range == UsageRange.Week ? null : Ranges.First(r => r.Range == Range).Name,
            ["request"] = Request,
        };
        return QueryHelpers.AddQueryString(KeyLinks.Of(Id), said.Where(s => s.Value is not null));
    }
}
