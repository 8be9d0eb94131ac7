using System.Globalization;
using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>When one brown-out refuses a key. Times are Unix milliseconds.</summary>
/// <param name="Until">The key is let in from that millisecond on.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BrownOutSpan(Guid Id, long From, long Until)
{
    public bool StandsAt(long now) => From <= now && now < Until;

    /// <summary>As <see cref="Write"/> has it; one a line.</summary>
    public static IReadOnlyList<BrownOutSpan> Read(string text) => text.Length == 0
        ? []
        : [.. text.Split('\n').Select(line => line.Split(' ')).Select(p => new BrownOutSpan(Guid.Parse(p[0]), long.Parse(p[1], CultureInfo.InvariantCulture), long.Parse(p[2], CultureInfo.InvariantCulture)))];

    public static string Write(IEnumerable<BrownOutSpan> spans) =>
        string.Join('\n', spans.OrderBy(s => s.From).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Id} {s.From} {s.Until}")));
}
