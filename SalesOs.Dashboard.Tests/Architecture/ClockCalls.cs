using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>The program takes its time from a <see cref="TimeProvider"/> alone, so that a test can set the clock and nothing has to sleep.</summary>
public static class ClockCalls
{
    private static readonly Regex Ambient = Pattern.Of(
        @"\b(?:DateTime|DateTimeOffset)\s*\.\s*(?:Now|UtcNow|Today)\b|\bThread\s*\.\s*Sleep\b|\bEnvironment\s*\.\s*TickCount(?:64)?\b");

    private static readonly Regex Hidden = Pattern.Of(
        @"\busing\s+(?:static\s+|\w+\s*=\s*)(?:global\s*::\s*)?" +
        @"(?:System\s*\.\s*)?(?:Threading\s*\.\s*(?:Tasks\s*\.\s*)?)?(?:DateTime|DateTimeOffset|Thread|Task)\s*;");

    private static readonly Regex Waiting = Pattern.Of(@"\bTask\s*\.\s*Delay\s*\(|\bnew\s+PeriodicTimer\s*\(");

    private static readonly Regex Clock = Pattern.Of(
        @"^(?:timeProvider\s*:\s*)?(?:\w+\s*\.\s*)*_?\w*(?:time|clock)(?:provider)?(?:\s*\.\s*System)?$", RegexOptions.IgnoreCase);

    public static IEnumerable<Violation> Of(SourceFile file)
    {
        if (!file.IsProgram || !file.IsSource)
        {
            return [];
        }

        return Ambient.Matches(file.Code).Select(match => file.Breaks(match.Index, $"{match.Value}: ask the TimeProvider"))
            .Concat(Hidden.Matches(file.Code).Select(match => file.Breaks(match.Index, $"{match.Value} would hide a look at the clock")))
            .Concat(Waiting.Matches(file.Code)
                .Where(match => !Arguments(file.Code, match.Index + match.Length).Any(argument => Clock.IsMatch(argument)))
                .Select(match => file.Breaks(match.Index, $"{match.Value}…) waits without a TimeProvider")));
    }

    /// <summary>The second argument and those after it; the first is how long.</summary>
    private static IEnumerable<string> Arguments(string code, int start)
    {
        var depth = 0;
        var from = start;
        var number = 0;
        for (var at = start; at < code.Length && depth >= 0; at++)
        {
            depth += code[at] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth < 0 || (depth == 0 && code[at] == ','))
            {
                if (number++ > 0)
                {
                    yield return code[from..at].Trim();
                }

                from = at + 1;
            }
        }
    }
}
