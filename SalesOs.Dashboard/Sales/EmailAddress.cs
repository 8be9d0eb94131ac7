using System.Buffers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>What passes for an e-mail address here, and when two are the same.</summary>
/// <remarks>
/// The rule keeps out what can't be an address, no more: the full grammar of RFC 5322 lets through what no mail server takes, and only a
/// message that arrives proves one. Exactly one <c>@</c> with something on both sides, no white space or control characters, no half
/// surrogate pairs, at most 254 code points (the longest that SMTP can carry, RFC 3696 erratum 1690). Signs that RFC 5322 sets around and
/// between addresses (<c>&lt;d@x.co&gt;</c>, <c>a@x.co,b</c>) are none of one, but in a quoted local part or round a domain literal; no label of the domain is empty.
/// </remarks>
public static class EmailAddress
{
    public const int MaxLength = 254;

    /// <summary>RFC 5322's specials, but for the dot and the <c>@</c>.</summary>
    private static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;\\,\"");

    /// <summary>An IPv6 address has colons.</summary>
    private static readonly SearchValues<char> SpecialsInALiteral = SearchValues.Create("()<>[];\\,\"");

    public static bool IsWellFormed(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return CodePoints.Count(text) <= MaxLength
            && at > 0
            && at < text.Length - 1
            && text.LastIndexOf('@') == at
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            && CodePoints.AreWhole(text)
            && IsLocalPart(text.AsSpan(0, at))
            && IsDomain(text.AsSpan(at + 1));
    }

    /// <summary>
    /// The form by which addresses are matched: <see cref="FoldedText.Caseless(string)"/>. Nothing else is folded: dots and <c>+tags</c> may name different mailboxes.
    /// The local part is folded too, against the letter of RFC 5321, as every large provider does.
    /// </summary>
    public static string Fold(string text) => FoldedText.Caseless(text);

    private static bool IsLocalPart(ReadOnlySpan<char> text) => text is ['"', .. var quoted, '"'] ? !quoted.Contains('"') : !text.ContainsAny(Specials);

    private static bool IsDomain(ReadOnlySpan<char> text) => text is ['[', .. var literal, ']']
        ? !literal.IsEmpty && !literal.ContainsAny(SpecialsInALiteral)
        : !text.ContainsAny(Specials) && !text.StartsWith('.') && !text.EndsWith('.') && !text.Contains("..", StringComparison.Ordinal);
}
