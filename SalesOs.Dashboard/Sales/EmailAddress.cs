namespace SalesOs.Dashboard.Sales;

/// <summary>What passes for an e-mail address here, and when two are the same.</summary>
/// <remarks>
/// The rule keeps out what can't be an address, no more: the full grammar of RFC 5322 lets through what no mail server takes, and only a
/// message that arrives proves one. Exactly one <c>@</c> with something on both sides, no white space or control characters, no half
/// surrogate pairs, at most 254 characters (the longest that SMTP can carry, RFC 3696 erratum 1690).
/// </remarks>
public static class EmailAddress
{
    public const int MaxLength = 254;

    public static bool IsWellFormed(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= MaxLength
            && at > 0
            && at < text.Length - 1
            && text.LastIndexOf('@') == at
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            && TextRules.IsWhole(text);
    }

    /// <summary>
    /// The form by which addresses are matched. Only the case is folded: dots and <c>+tags</c> may name different mailboxes.
    /// The local part is folded too, against the letter of RFC 5321, as every large provider does.
    /// </summary>
    public static string Fold(string text) => text.ToLowerInvariant();
}
