using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>Background work is a <see cref="SalesOs.Dashboard.Persistence.PeriodicJob"/>: a fault that escapes any other loop stops the host.</summary>
public static class BackgroundLoops
{
    private const string TheOne = "SalesOs.Dashboard/Persistence/PeriodicJob.cs";

    private static readonly Regex Loop = Pattern.Of(@":\s*(?:\w+\s*\.\s*)*BackgroundService\b");

    public static IEnumerable<Violation> Of(SourceFile file) => !file.IsProgram || !file.IsSource || file.Path == TheOne
        ? []
        : Loop.Matches(file.Code).Select(match => file.Breaks(match.Index, "derive from PeriodicJob, whose loop survives a fault"));
}
