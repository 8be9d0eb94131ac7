using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>No code of ours steps outside what the runtime checks. The compiler would allow it, since what LibraryImport generates needs it.</summary>
public static class UnsafeCode
{
    private static readonly Regex Keyword = Pattern.Of(@"\bunsafe\b");

    public static IEnumerable<Violation> Of(SourceFile file) =>
        file.IsSource ? Keyword.Matches(file.Code).Select(match => file.Breaks(match.Index, "unsafe code")) : [];
}
