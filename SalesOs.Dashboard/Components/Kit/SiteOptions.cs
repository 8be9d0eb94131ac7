using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>What tells this place from the others that the program runs in.</summary>
/// <param name="Label">Such as <c>Staging</c>, on every page; null: none.</param>
/// <param name="HasApi">False: there is no management API, and no page tells of it.</param>
/// <param name="ApiAddress">The address that programs call, where it is another than the pages'; without a slash at the end. Null: the pages' own.</param>
public sealed record SiteOptions(string? Label, string? ApiAddress, bool HasApi = true)
{
    /// <summary>In code points: more has no room on a phone.</summary>
    public const int LongestLabel = 40;

    private const string LabelSetting = "Site:Label";
    private const string AddressSetting = "Site:ApiAddress";

    public static SiteOptions From(IConfiguration configuration) => new(
        Given(configuration, LabelSetting)?.Trim(), Given(configuration, AddressSetting)?.TrimEnd('/'), configuration.GetValue("Api:Enabled", defaultValue: true));

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (Given(configuration, LabelSetting) is { } label && (label.Any(char.IsControl) || !CodePoints.AreWhole(label) || CodePoints.Count(label.Trim()) is 0 or > LongestLabel))
        {
            yield return FormattableString.Invariant($"{LabelSetting}: write at most {LongestLabel} characters on one line, such as Staging.");
        }

        if (Given(configuration, AddressSetting) is { } address && !IsBareAddress(address))
        {
            yield return $"{AddressSetting}: '{address}' is not an address without path and query, such as https://api.example.com.";
        }
    }

    /// <summary>The address that programs call.</summary>
    /// <param name="own">The pages' own, which it is where no other is set.</param>
    public string AddressFor(string own) => ApiAddress ?? own.TrimEnd('/');

    /// <summary>A page's title with the label before it, where tabs show it.</summary>
    public string TitleOf(string page) => Label is null ? page : $"{Label} · {page}";

    private static string? Given(IConfiguration configuration, string setting) => configuration[setting] is { Length: > 0 } text ? text : null;

    private static bool IsBareAddress(string text) =>
        System.Text.Ascii.IsValid(text)
        && !text.Any(c => char.IsControl(c) || c is ' ' or '\\' or '?' or '#' or '\'' or '"')
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { Scheme: "http" or "https", UserInfo: "", PathAndQuery: "/", Fragment: "", Host.Length: > 0 };
}
