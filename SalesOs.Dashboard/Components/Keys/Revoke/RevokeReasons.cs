using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Revoke;

/// <summary>The reasons that the dialog offers. They are kept as these words, so that every language and the API can read them; another reason is kept as typed.</summary>
public static class RevokeReasons
{
    public const string Other = "other";
    public const string Leaked = "leaked";

    public static readonly IReadOnlyList<string> Known = [Leaked, "rotated", "unused"];

    /// <summary>Whether somebody has written it in their own words.</summary>
    public static bool IsWritten(string? reason) => reason is not null and not Other && !Known.Contains(reason, StringComparer.Ordinal);

    /// <summary>In the reader's language where the reason is a known one.</summary>
    public static string? Say(string? reason, Words<KeysTexts> words) =>
        reason is not null && Known.Contains(reason, StringComparer.Ordinal) ? words["Reason_" + reason] : reason;
}
