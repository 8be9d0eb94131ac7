using System.Text.RegularExpressions;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// A search that names nothing but API keys: whole, by their prefix, or as the table shows them (<c>sk_live_a1b2c3d4…o5p6</c>, also <c>sk_live_…o5p6</c>).
/// Markdown's <c>\_</c> is an underscore, and one key may be broken by white space.
/// </summary>
/// <param name="Prefixes">16 characters each.</param>
/// <param name="Shown">As <see cref="Show"/> gives them.</param>
/// <param name="Ends"><c>sk_live_</c> or <c>sk_test_</c>, and the last 4 characters.</param>
internal sealed partial record NamedKeys(IReadOnlyList<string> Prefixes, IReadOnlyList<string> Shown, IReadOnlyList<string> Ends)
{
    public const int PrefixLength = 16;

    /// <summary><c>sk_live_</c>.</summary>
    public const int KindLength = 8;

    /// <summary>Of what <see cref="Show"/> gives: folded, the ellipsis is three dots.</summary>
    public const int ShownLength = PrefixLength + 3 + EndLength;

    public const int EndLength = 4;

    /// <summary>The one prefix, when nothing else is named: it may stand in a text as well.</summary>
    public string? OnlyPrefix => Prefixes.Count == 1 && Shown.Count == 0 && Ends.Count == 0 ? Prefixes[0] : null;

    /// <summary>Of all keys whose prefix is said.</summary>
    public IEnumerable<string> AllPrefixes => Prefixes.Concat(Shown.Select(s => s[..PrefixLength]));

    /// <summary>A key as the table shows it, folded.</summary>
    public static string Show(string apiKey) => $"{apiKey[..PrefixLength]}...{apiKey[^EndLength..]}";

    /// <summary>The whole API key that a search is; null for any other.</summary>
    /// <param name="folded">By <see cref="FoldedText.Of"/>.</param>
    public static string? Whole(string folded)
    {
        var joined = Joined(folded);
        return CredentialFormat.IsApiKey(joined) ? joined : null;
    }

    /// <summary>Null when the search names something else too.</summary>
    /// <param name="folded">By <see cref="FoldedText.Of"/>.</param>
    public static NamedKeys? In(string folded) => Of(Unescaped(folded).Split(' ')) ?? Of([Joined(folded)]);

    private static NamedKeys? Of(IReadOnlyList<string> words)
    {
        var (prefixes, shown, ends) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var word in words)
        {
            var key = Key().Match(word);
            if (!key.Success)
            {
                return null;
            }

            if (key.Groups["rest"].Success)
            {
                shown.Add(Show(word));
            }
            else if (!key.Groups["end"].Success)
            {
                prefixes.Add(word);
            }
            else if (key.Groups["id"].Success)
            {
                shown.Add(word);
            }
            else
            {
                ends.Add(word[..KindLength] + word[^EndLength..]);
            }
        }

        return new NamedKeys(prefixes, shown, ends);
    }

    private static string Joined(string folded) => Unescaped(folded).Replace(" ", "", StringComparison.Ordinal);

    private static string Unescaped(string folded) => folded.Replace("\\_", "_", StringComparison.Ordinal);

    [GeneratedRegex(@"^sk_(live|test)_((?<id>[0-9a-z]{8})((?<rest>[0-9a-z]{24})|(\.{3}(?<end>[0-9a-z]{4})))?|\.{3}(?<end>[0-9a-z]{4}))\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
