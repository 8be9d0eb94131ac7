using MudBlazor;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>
/// What MudBlazor is told in C#: type, corners, measures. Colours stand in <c>wwwroot/theme.css</c> alone, where light, dark and "as the system"
/// are chosen by the document's <c>data-theme</c> before anything is drawn; MudThemeProvider's own switch needs a circuit and would flash.
/// </summary>
public static class Theme
{
    public const string Cookie = "theme";
    public const string System = "system";

    private const string InterStack = "Inter Variable";

    public static readonly IReadOnlyList<string> All = ["light", "dark", System];

    private static readonly string[] Family = [InterStack, "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"];

    public static MudTheme Measures { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Family, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Family, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Family, FontSize = "0.8125rem", LineHeight = "1.5", LetterSpacing = "0" },
            H6 = new H6Typography { FontFamily = Family, FontSize = "1.0625rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "-0.01em" },
            Button = new ButtonTypography { FontFamily = Family, FontSize = "0.875rem", FontWeight = "550", LineHeight = "1.25rem", LetterSpacing = "0", TextTransform = "none" },
        },
    };

    /// <summary>The reader's choice as the cookie holds it; anything unknown is "as the system".</summary>
    public static string Of(HttpContext? context) =>
        context?.Request.Cookies[Cookie] is { } chosen && All.Contains(chosen, StringComparer.Ordinal) ? chosen : System;
}
