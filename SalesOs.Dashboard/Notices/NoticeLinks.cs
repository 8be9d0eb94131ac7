namespace SalesOs.Dashboard.Notices;

/// <summary>Where the dashboard is, for those who read a notice elsewhere: <c>Site:Address</c>.</summary>
/// <param name="Dashboard">Without a path; null: it is not set, and notices have no links.</param>
public sealed record NoticeLinks(Uri? Dashboard)
{
    public const string Setting = "Site:Address";

    public static NoticeLinks From(IConfiguration configuration) => new(configuration[Setting] is { Length: > 0 } address ? new Uri(address) : null);

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } text && !IsBareAddress(text))
        {
            yield return $"{Setting}: '{text}' is not an address without path and query, such as https://keys.example.com.";
        }
    }

    /// <param name="path">Of a page, such as <c>/integrations/notices</c>.</param>
    public Uri? To(string path) => Dashboard is null ? null : new Uri(Dashboard, path);

    private static bool IsBareAddress(string text) =>
        System.Text.Ascii.IsValid(text)
        && !text.Any(c => char.IsControl(c) || c is ' ' or '\\' or '?' or '#' or '\'' or '"')
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { Scheme: "http" or "https", UserInfo: "", PathAndQuery: "/", Fragment: "", Host.Length: > 0 };
}
