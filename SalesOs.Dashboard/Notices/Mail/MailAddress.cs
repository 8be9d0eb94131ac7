using MimeKit;

namespace SalesOs.Dashboard.Notices.Mail;

/// <summary>What is taken for the address of a mailbox: one, bare, of ASCII, such as <c>team@example.com</c>.</summary>
public static class MailAddress
{
    /// <summary>RFC 5321, with its angle brackets left out.</summary>
    public const int MaxLength = 254;

    private const int MaxLocalLength = 64;

    public static bool IsOne(string? text) =>
        text is { Length: > 0 and <= MaxLength }
        && System.Text.Ascii.IsValid(text)
        && !text.Any(c => char.IsControl(c) || c is ' ' or '"' or '\\' or '<' or '>' or '(' or ')' or ',' or ';' or ':' or '[' or ']')
        && text.Split('@') is [{ Length: > 0 and <= MaxLocalLength } local, { Length: > 0 } domain]
        && !local.StartsWith('.') && !local.EndsWith('.') && !local.Contains("..", StringComparison.Ordinal)
        && domain.Split('.') is { Length: > 1 } labels && labels.All(IsLabel)
        && MailboxAddress.TryParse(text, out _);

    private static bool IsLabel(string label) => label is { Length: > 0 and <= 63 } && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && !label.StartsWith('-') && !label.EndsWith('-');
}
