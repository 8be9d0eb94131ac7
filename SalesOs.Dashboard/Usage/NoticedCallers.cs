using System.Net;
using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Who one key has refused in its brown-outs since the last writing, and who has called with it though it has a successor. Beyond <see cref="Most"/> callers the others are
/// counted together. Not safe for threads by itself.
/// </summary>
internal sealed class NoticedCallers
{
    public const int Most = 1000;

    /// <summary>Nobody; nothing is added to it.</summary>
    public static readonly NoticedCallers None = new();

    private readonly Dictionary<Who, Seen> all = [];

    public IReadOnlyDictionary<Who, Seen> All => all;

    public void Add(Who who, Seen seen)
    {
        var known = all.Count < Most || all.ContainsKey(who) ? who : who with { Address = null, Agent = null };
        all[known] = all.TryGetValue(known, out var before)
            ? new Seen(before.Count + seen.Count, Math.Min(before.First, seen.First), Math.Max(before.Last, seen.Last))
            : seen;
    }

    /// <param name="BrownOut">Null: called with a key that has a successor.</param>
    /// <param name="Route">By its small number.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Who(Guid? BrownOut, short Route, IPAddress? Address, string? Agent);

    /// <summary>Times are Unix milliseconds.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Seen(long Count, long First, long Last);
}
